import assert from "node:assert/strict";
import { diagnose } from "../../../support/diagnose.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";
import type { FactsLookup } from "../../../../src/core/checkpoint/modelFacts.ts";
import { fixtureFacts } from "../../../support/mergeFacts.ts";

describe("diagnostics of the sound parts of a broken configuration", () => {
  let facts: FactsLookup;
  before(async () => (facts = await fixtureFacts()));
  const codes = (text: string) =>
    diagnose(text, { facts, methods: mergeMethods, engine: "medley", randomSeed: 1 }).map(
      ({ code, path }) => `${code.slice("merge.".length)} ${path}`,
    );

  it("look at the other values where one has no right form, and do not miss that one", () => {
    const text =
      "merge_method: ties\nbase_model: models/base\nmodels:\n  - model: models/ft_a\n    parameters:\n      weight: heavy\n      densty: 0.5\n" +
      "  - model: models/nope\n    parameters:\n      weight: 0.4\n      density: 2\ndtype: bf16\n";
    assert.deepEqual(codes(text), [
      "setting /models/0/parameters/weight",
      "unknownParameter /models/0/parameters/densty",
      "density /models/1/parameters/density",
      "dtype /dtype",
      "modelMissing /models/1/model",
    ]);
  });

  it("keep the places of entries after one that is half written", () => {
    const text =
      "merge_method: slerp\nbase_model: models/ft_a\nslices:\n  - sources:\n      - mod\n      - model: models/ft_b\n        layer_range: [0, 9]\n" +
      "  - sources:\n      - model: models/ft_a\n        layer_range: [3, 3]\n      - layer_range: [0\n";
    const found = codes(text.replace("[0\n", "[0, 4]\n"));
    assert.ok(found.includes("layerRange /slices/0/sources/1/layer_range/1"), String(found));
    assert.ok(found.includes("layerRange /slices/1/sources/0/layer_range"), String(found));
    assert.ok(!found.some((code) => /modelCount|parameterMissing|baseElsewhere|layerCounts/.test(code)), String(found));
  });

  it("say nothing of what may stand behind the place where the text breaks", () => {
    const found = codes("merge_method: tise\ndtype: bf16\nmodels:\n  - model: [models/ft_a\nbase_model: models/nope\n");
    assert.deepEqual(
      found.filter((code) => !/^(?:yaml|form) /.test(code)),
      ["unknownMethod /merge_method", "dtype /dtype"],
    );
  });

  it("do not take a broken method, base model or tokenizer for an absent one", () => {
    const models = "models:\n  - model: models/ft_a\n    parameters: {weight: 1}\n";
    assert.deepEqual(codes("merge_method: ties\nbase_model: models/base\nmodels:\n"), ["empty /models"]);
    assert.deepEqual(codes("merge_method: linear\n"), ["definition "]);
    assert.deepEqual(codes(`merge_method: [ties]\n${models}`), ["form /merge_method"]);
    assert.deepEqual(codes(`merge_method: ties\nbase_model: [a]\n${models}`), ["form /base_model"]);
    assert.deepEqual(codes(`merge_method: ties\nbase_model: models/base\n${models}parameters: none\n`), [
      "form /parameters",
    ]);
  });
});
