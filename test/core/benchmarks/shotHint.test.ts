import assert from "node:assert/strict";
import { shotHint } from "../../../src/core/benchmarks/shotHint.ts";

describe("Hint for missing few-shot examples", () => {
  it("names the files that hold them, and whether they can be fetched", () => {
    assert.match(shotHint("medmcqa"), /medmcqa\/train\.json.*medley data fetch medmcqa/);
    assert.match(shotHint("mmlu-virology"), /mmlu\/dev\/virology_dev\.csv/);
  });

  it("knows benchmarks without examples, and own questions", () => {
    assert.match(shotHint("truthfulqa-mc1"), /no training split/);
    assert.match(shotHint("cardiology.jsonl"), /split "shots"/);
  });
});
