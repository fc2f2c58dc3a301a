import assert from "node:assert/strict";
import { diagnose } from "../../../support/diagnose.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";
import { hubFacts } from "../../../support/hubFacts.ts";

function found(yaml: string, engine: "medley" | "mergekit" = "medley"): string[] {
  const diagnostics = diagnose(yaml, { facts: hubFacts, methods: mergeMethods, engine });
  return diagnostics.map(({ severity, code, path, part }) => `${severity} ${code} ${path} ${part}`);
}

const experts =
  "experts:\n  - source_model: a-7B\n    positive_prompts: [x]\n  - source_model: b-7B\n    positive_prompts: [y]\n";
const head = "base_model: a-7B\ngate_mode: cheap_embed\n";

describe("diagnostics of mixtures of experts", () => {
  it("says nothing of a sound one", () => assert.deepEqual(found(head + experts), []));

  it("finds keys that do not exist, with the key that was meant", () => {
    const yaml = `${head}experts_per_tokn: 2\n${experts}    residual_scal: 0.5\n`;
    assert.deepEqual(found(yaml), [
      "error merge.unknownKey /experts/1/residual_scal key",
      "error merge.unknownKey /experts_per_tokn key",
    ]);
  });

  it("finds missing keys, wrong values and types that cannot be written", () => {
    assert.deepEqual(found(experts), ["error merge.missingKey  value"]);
    assert.deepEqual(found(`${head.replace("cheap_embed", "hiden")}${experts}`), ["error merge.form /gate_mode value"]);
    assert.deepEqual(found(`${head}dtype: bf16\n${experts}`), ["error merge.dtype /dtype value"]);
    assert.deepEqual(found(`${head}experts_per_token: 3\n${experts}`), ["error merge.moe /experts value"]);
    assert.deepEqual(found(`${head}experts_per_token: 0\n${experts}`), ["error merge.moe /experts_per_token value"]);
  });

  it("finds a mixture among other documents", () => {
    const merge = "---\nmerge_method: linear\nmodels: [{model: a-7B, parameters: {weight: 1}}]\n";
    assert.deepEqual(
      found(head + experts + merge).filter((problem) => problem.includes("moe")),
      ["error merge.moe /experts key"],
    );
    assert.deepEqual(found(`${head}${experts}---\n`), []);
  });

  it("finds a router that nothing can be made of", () => {
    const silent = "experts:\n  - source_model: a-7B\n  - source_model: b-7B\n    positive_prompts: [y]\n";
    assert.deepEqual(found(head + silent), ["error merge.moePrompts /experts/0 value"]);
    assert.deepEqual(found(head + experts.replace("[y]", "[x]")), ["error merge.moePrompts /experts value"]);
    const random = silent.replace("    positive_prompts: [y]\n", "");
    assert.deepEqual(found(`base_model: a-7B\ngate_mode: random\n${random}`), []);
    const uniform = `base_model: a-7B\ngate_mode: uniform_random\n${random}`;
    assert.deepEqual(found(uniform), []);
    assert.deepEqual(found(uniform, "mergekit").length, 2);
  });

  it("warns of experts that are all one model, and says which gate modes need mergekit", () => {
    assert.deepEqual(found(head + experts.replace("b-7B", "a-7B")), ["warning merge.moeCopies /experts value"]);
    const hidden = `base_model: a-7B\n${experts}`;
    assert.deepEqual(found(hidden), ["information merge.moeEngine /gate_mode value"]);
    assert.deepEqual(found(hidden, "mergekit"), []);
  });

  it("compares the experts with the base model", () => {
    assert.deepEqual(found(head + experts.replace("b-7B", "b-13B")), [
      "error merge.hiddenSize /experts/1/source_model value",
      "error merge.hiddenSize /experts/1/source_model value",
    ]);
    assert.deepEqual(found(head + experts.replace("b-7B", "b+c+d")), [
      "error merge.modelReference /experts/1/source_model value",
    ]);
  });
});
