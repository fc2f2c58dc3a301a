import assert from "node:assert/strict";
import { bioMistral } from "../../../src/core/evaluation/protocols/bioMistral.ts";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import { lmEvalFileNames, lmEvalResults, lmEvalSample, lmEvalTask } from "../../../src/core/reports/lmEvalJson.ts";
import { continuationsRecord, nextTokenRecord, reportedRun } from "./reportedRuns.ts";

describe("lm-eval's files", () => {
  const records = [continuationsRecord("medqa-4", "1", 0, 0), continuationsRecord("medqa-4", "2", 1, 0)];
  const run = reportedRun("r", "m.gguf", lmEval, records);

  it("name tasks as lm-eval does where the protocol is its own", () => {
    assert.equal(lmEvalTask("medqa-4", "lm-eval"), "medqa_4options");
    assert.equal(lmEvalTask("mmlu-clinical-knowledge", "lm-eval"), "mmlu_clinical_knowledge");
    assert.equal(lmEvalTask("pubmedqa", "lm-eval"), "pubmedqa");
    assert.equal(lmEvalTask("medqa-4", "biomistral"), "medqa-4");
  });

  it("have the results under lm-eval's keys", () => {
    const results = JSON.parse(JSON.stringify(lmEvalResults(run))) as Record<string, Record<string, unknown>>;
    const task = results["results"]!["medqa_4options"] as Record<string, number>;
    assert.equal(task["acc,none"], 0.5);
    // √(p (1 − p) / (n − 1))
    assert.equal(task["acc_stderr,none"], 0.5);
    assert.equal(task["exact_match,none"], 0);
    assert.deepEqual(results["n-samples"], { medqa_4options: { original: 2, effective: 2 } });
    assert.deepEqual(results["n-shot"], { medqa_4options: 0 });
    assert.equal((results["higher_is_better"]!["medqa_4options"] as Record<string, boolean>)["brier_score"], false);
    assert.equal(results["config"]!["limit"], 2);
    assert.equal(results["date"], 1769868902);
  });

  it("have the samples with log-likelihoods as texts that Python reads", () => {
    const impossible = {
      ...records[1]!.answer,
      logLikelihoods: [-1, null, -3.5, -1e-7],
    } as (typeof records)[1]["answer"];
    const sample = lmEvalSample({ ...records[1]!, answer: impossible }, 1) as Record<string, unknown>;
    assert.equal(sample["doc_id"], 1);
    assert.equal(sample["target"], "0");
    assert.equal(sample["acc"], 0);
    assert.deepEqual(sample["filtered_resps"], [
      ["-1.0", "False"],
      ["-inf", "False"],
      ["-3.5", "False"],
      ["-1e-7", "False"],
    ]);
    assert.deepEqual((sample["resps"] as unknown[])[0], [["-1.0", "False"]]);
  });

  it("say which label was the next token, and why an item failed", () => {
    const record = nextTokenRecord("x", "1", "B", 1, 0);
    const sample = lmEvalSample(record, 0) as Record<string, unknown>;
    assert.deepEqual((sample["filtered_resps"] as unknown[])[1], ["-1.0", "True"]);
    const { answer: _answer, ...rest } = record;
    const failure = { code: "prompt.tooLong", message: "Too long." };
    const failed = lmEvalSample({ ...rest, prediction: null, valid: false, failure }, 0) as Record<string, unknown>;
    assert.deepEqual(failed["resps"], []);
    assert.deepEqual(failed["error"], failure);
  });

  it("have names that are safe whatever the model and the benchmark are called", () => {
    const names = lmEvalFileNames(
      reportedRun("r", "../../x y.gguf", bioMistral, [nextTokenRecord("x", "1", "B", 1, 0)]),
    );
    assert.equal(names.folder, "__.._x_y.gguf");
    assert.equal(names.samples("../a.jsonl"), "samples___a.jsonl_2026-01-31T14-15-02.000.jsonl");
    assert.equal(names.results, "results_2026-01-31T14-15-02.000.json");
  });
});
