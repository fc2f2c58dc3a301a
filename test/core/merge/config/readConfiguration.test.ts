import assert from "node:assert/strict";
import { readConfiguration } from "../../../../src/core/merge/config/readConfiguration.ts";
import { ConfigurationError } from "../../../../src/core/errors.ts";

const read = (text: string) => readConfiguration(text, "merge.yml");

describe("merge configurations", () => {
  it("are brought into one form, the base model appended and listed first", () => {
    const [entry] = read(
      "merge_method: ties\nbase_model: base\nmodels:\n  - model: a\n  - model: b+lora\ndtype: bfloat16\n",
    );
    const { merge } = entry!;
    assert.deepEqual(
      merge.modules[0]!.slices[0]!.sources.map(({ key }) => key),
      ["a", "b+lora", "base"],
    );
    assert.deepEqual(
      merge.models.map(({ model }) => model.path),
      ["base", "a", "b"],
    );
    assert.equal(merge.modules[0]!.spansAllLayers, true);
  });

  it("count a model that is listed twice once: first parameters, last layers", () => {
    const [entry] = read(
      "merge_method: linear\nslices:\n  - sources:\n" +
        "      - {model: a, layer_range: [0, 2], parameters: {weight: 0.1}}\n" +
        "      - {model: a, layer_range: [2, 4], parameters: {weight: 1.0}}\n",
    );
    const [source, ...others] = entry!.merge.modules[0]!.slices[0]!.sources;
    assert.equal(others.length, 0);
    assert.deepEqual([source!.layers, source!.parameters], [[2, 4], { weight: 0.1 }]);
  });

  it("read the object form of models and every kind of token source", () => {
    const [entry] = read(
      "merge_method: linear\nmodels:\n  - model: {model: {path: c++, revision: x}, lora: y}\n" +
        "tokenizer:\n  source: {model: {path: a@b}}\n  pad_to_multiple_of: 8\n  tokens:\n" +
        "    <a>: {source: m, force: true}\n    <b>: {source: {kind: zero}}\n" +
        "    <c>: {source: {kind: model_token, model: m, token_id: 3}}\n    <d>: {}\n",
    );
    const { tokenizer, models } = entry!.merge;
    assert.deepEqual(models[0], { model: { path: "c++", revision: "x" }, lora: { path: "y" } });
    assert.deepEqual(
      [...tokenizer!.tokens.values()],
      [
        { source: { kind: "model", model: { model: { path: "m" } } }, force: true },
        { source: { kind: "zero" }, force: false },
        { source: { kind: "modelToken", model: { model: { path: "m" } }, tokenId: 3 }, force: false },
        { force: false },
      ],
    );
    assert.equal(tokenizer!.padToMultipleOf, 8);
  });

  it("of several documents are put in the order of their use, each with its own text", () => {
    const merges = read(
      "# the result\nmerge_method: linear\nmodels:\n  - model: second\n---\nname: second\nmerge_method: slerp\nbase_model: first\n" +
        "models:\n  - model: x\n---\nname: first\nmerge_method: passthrough\nmodels:\n  - model: y\n",
    );
    assert.deepEqual(
      merges.map(({ merge }) => merge.name),
      ["first", "second", undefined],
    );
    assert.match(merges[2]!.text, /^# the result\nmerge_method: linear/);
    assert.match(merges[0]!.text, /^name: first\n/);
    assert.doesNotMatch(merges[1]!.text, /---|passthrough/);
  });

  it("are refused with the place in the file", () => {
    const circle =
      "name: a\nmerge_method: passthrough\nmodels: [{model: b}]\n---\nname: b\nmerge_method: passthrough\nmodels: [{model: a}]\n";
    assert.throws(() => read(circle), /circle/);
    assert.throws(() => read("merge_method: linear\n"), /exactly one of/);
    assert.throws(() => read(""), /no merge configuration/);
    assert.throws(
      () => read("merge_method: linear\nmodels:\n  - model: a\n    parameters:\n      weight: heavy\n"),
      (error: unknown) => error instanceof ConfigurationError && error.place?.line === 5 && error.place.column === 15,
    );
  });
});
