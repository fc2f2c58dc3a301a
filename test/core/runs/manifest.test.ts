import assert from "node:assert/strict";
import { RunError } from "../../../src/core/errors.ts";
import { parseRunManifest } from "../../../src/core/runs/manifest.ts";
import { runName } from "../../../src/core/runs/runName.ts";
import { exampleManifest } from "./exampleManifest.ts";

function problem(text: string): RunError {
  try {
    parseRunManifest(text, "run.json");
  } catch (error) {
    assert(error instanceof RunError);
    return error;
  }
  throw new assert.AssertionError({ message: "it was accepted" });
}

describe("run manifest", () => {
  it("reads what was written", () => {
    assert.deepEqual(parseRunManifest(JSON.stringify(exampleManifest), "run.json"), exampleManifest);
  });

  it("says that a cut-off or empty file is damaged", () => {
    const text = JSON.stringify(exampleManifest);
    for (const length of [0, 1, 20, text.length - 1]) {
      assert.match(problem(text.slice(0, length)).message, /not JSON/);
    }
  });

  it("names the field that is wrong", () => {
    const error = problem(JSON.stringify({ ...exampleManifest, state: "done" }));
    assert.deepEqual(error.place, { file: "run.json", field: "state" });
  });

  it("finds a lost hash of an input, which only a model that is known by its name may lack", () => {
    const read = (kept: object, identity: string, role = "model") => {
      const inputs = [...exampleManifest.inputs, { role, name: "m.gguf", ...kept }];
      return JSON.stringify({ ...exampleManifest, inputs, identity: { ...exampleManifest.identity, model: identity } });
    };
    const error = problem(read({}, "a".repeat(64)));
    assert.match(error.message, /damaged: m\.gguf \(model\) has no hash\./);
    assert.equal(error.place?.field, "inputs.1.sha256");
    problem(read({}, "digest d1"));
    problem(read({}, "name m", "benchmark test"));
    parseRunManifest(read({ digest: "d1" }, "digest d1"), "run.json");
    parseRunManifest(read({}, "name m"), "run.json");
  });

  it("tells a newer version from damage", () => {
    assert.match(problem(JSON.stringify({ v: 2 })).message, /newer Medley/);
  });

  it("refuses JSON that is no object", () => {
    for (const text of ["null", "[]", "1", '"run"']) problem(text);
  });
});

describe("run name", () => {
  it("sorts by time and is safe as a file name", () => {
    const created = new Date("2026-01-31T14:15:02.345Z");
    assert.equal(
      runName(created, "evaluation", "medqa-4: BioMistral 7B/Q4_K_M"),
      "20260131-141502-evaluation-medqa-4-biomistral-7b-q4-k-m",
    );
    assert.equal(runName(created, "merge", "../..//"), "20260131-141502-merge-run");
    assert.equal(runName(created, "evaluation", "x".repeat(500)).length, "20260131-141502-evaluation-".length + 60);
  });
});
