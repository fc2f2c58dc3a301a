import assert from "node:assert/strict";
import { shotHelp } from "../../../src/core/benchmarks/shotHelp.ts";

describe("Hint for missing few-shot examples", () => {
  it("names the files that hold them, and whether they can be fetched", () => {
    const { hint, remedy } = shotHelp("medmcqa");
    assert.match(hint!, /medmcqa\/train\.json/);
    assert.deepEqual(remedy, { action: "fetchData", benchmarks: ["medmcqa"] });
    assert.match(shotHelp("mmlu-virology").hint!, /mmlu\/dev\/virology_dev\.csv/);
  });

  it("knows benchmarks without examples, and own questions", () => {
    assert.match(shotHelp("truthfulqa-mc1").hint!, /no training split/);
    assert.match(shotHelp("cardiology.jsonl").hint!, /split "shots"/);
  });
});
