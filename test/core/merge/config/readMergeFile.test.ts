import assert from "node:assert/strict";
import { formatModelReference } from "../../../../src/core/checkpoint/modelReference.ts";
import { ConfigurationError } from "../../../../src/core/errors.ts";
import { mentionedModels, readMergeFile, sourceModels } from "../../../../src/core/merge/config/readMergeFile.ts";
import { readMerges, readMixture } from "../../../support/readMerges.ts";
import { readRealWorldMerges } from "../../../support/realWorldMerges.ts";

const read = readMerges;

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

  it("name their models, each once: without the merges that others use, and all that are mentioned", async () => {
    const text = (await readRealWorldMerges()).get("33-named-chain.yml")!;
    const file = readMergeFile(`${text}tokenizer: { source: z }\n`, "chain.yml");
    assert.deepEqual(sourceModels(file).map(formatModelReference), [
      "BioMistral/BioMistral-7B",
      "mistralai/Mistral-7B-Instruct-v0.1",
      "mistralai/Mistral-7B-v0.1",
      "internistai/base-7b-v0.2",
    ]);
    assert.equal(mentionedModels(file).at(-1)!.model.path, "z");
  });
});

describe("a mixture of experts", () => {
  const mixture = "gate_mode: random\nbase_model: a\nexperts:\n  - source_model: b\n  - source_model: a\n";

  it("is told from a merge by its experts, and has their models", () => {
    assert.equal(readMixture(`merge_method: moe\n${mixture}---\n`).experts.length, 2);
    assert.deepEqual(sourceModels(readMergeFile(mixture, "moe.yml")).map(formatModelReference), ["a", "b"]);
    readMerges(`merge_method: linear\nmodels: [{ model: a }]\n`);
  });

  it("is read as PyYAML reads it: the last of two equal keys counts", () => {
    assert.equal(readMixture(`gate_mode: hidden\n${mixture}`).gate_mode, "random");
  });

  it("is refused at its place", () => {
    const refused = (text: string, message: RegExp, line: number) =>
      assert.throws(
        () => readMixture(text),
        (error) => error instanceof ConfigurationError && message.test(error.message) && error.place?.line === line,
      );
    refused(mixture.replace("random", "hiden"), /one of hidden/, 1);
    refused(`${mixture}    noise_scale: much\n`, /number/, 6);
    refused(`${mixture}experts_per_token: 3\n`, /at least as many experts/, 4);
    refused(`${mixture}---\nmerge_method: linear\nmodels: [{model: a}]\n`, /alone in its file/, 4);
  });
});
