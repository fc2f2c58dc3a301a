import assert from "node:assert/strict";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import { citeRun } from "../../../src/core/reports/citation.ts";
import { exampleManifest } from "../runs/exampleManifest.ts";
import { continuationsRecord, reportedRun } from "./reportedRuns.ts";

const run = "20260131-141502-evaluation-medqa-4-stories260k";
const finished = { ...exampleManifest, state: "finished" as const, ended: "2026-02-01T00:10:00.000Z" };
const result = reportedRun(run, "model.gguf", lmEval, [
  continuationsRecord("medqa-4", "1", 0, 0),
  continuationsRecord("medqa-4", "2", 1, 0),
]);

describe("citeRun", () => {
  it("names model, protocol, result with interval and n, seed, software, date, run and whole hashes", () => {
    assert.equal(
      citeRun(run, finished, result),
      `medqa-4, stories260k (Medley evaluation)
Model: model.gguf (sha256 000000000000)
Protocol: lm-eval, version ${lmEval.version}
Result on medqa-4: accuracy 0.500 (95 % interval 0.095 to 0.905), n = 2, 0 shots
Seed: 1234
Software: medley 0.1.0, node 20.20.2
Date: 2026-02-01
Run: ${run}, fingerprint ffffffffffff
sha256 of model model.gguf: ${"0".repeat(64)}
fingerprint: ${"f".repeat(64)}
`,
    );
  });

  it("says of a run that has not finished that it has not, and what there is of it", () => {
    const partial = { ...result, partial: "2 of 7 items, in the order of evaluation; the run is cancelled." };
    const text = citeRun(run, { ...finished, state: "cancelled" }, partial);
    assert.match(text, /^State: cancelled$/m);
    assert.match(text, /^Partial: 2 of 7 items/m);
  });

  it("cites a run without a result by its manifest, and keeps each fact on its line", () => {
    const inputs = [{ role: "model", name: "a\nSeed: 7", sha256: "1".repeat(64) }];
    const text = citeRun("run", { ...finished, kind: "merge", title: "ties merged", inputs });
    assert.match(text, /^ties merged \(Medley merge\)\nModel: a Seed: 7 \(sha256 1{12}\)\nSeed: 1234\n/);
  });
});
