import assert from "node:assert/strict";
import type { LanguageContext } from "../../../../src/core/merge/language/languageContext.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";
import { completionsAt, fixtureContext, textAfter } from "../../../support/mergeLanguage.ts";

describe("completion in merge configurations", () => {
  let context: LanguageContext;
  before(async () => (context = await fixtureContext()));
  const labels = async (marked: string) => (await completionsAt(marked, context)).map(({ label }) => label);

  it("offers the keys of the top level that are not there yet", async () => {
    const found = await labels("merge_method: ties\nmodels:\n  - model: a\n|");
    assert.ok(
      ["base_model", "parameters", "dtype", "tokenizer"].every((key) => found.includes(key)),
      String(found),
    );
    assert.ok(!found.some((key) => ["merge_method", "models", "slices", "modules"].includes(key)), String(found));
    assert.equal(found.indexOf("base_model") < found.indexOf("dtype"), true);
  });

  it("offers no base model to a method that takes none", async () => {
    assert.ok(!(await labels("merge_method: passthrough\n|")).includes("base_model"));
  });

  it("offers the parameters of the method, those that must be given first", async () => {
    assert.deepEqual(await labels("merge_method: slerp\nparameters:\n  |"), ["t"]);
    assert.deepEqual(await labels("merge_method: linear\nparameters:\n  |"), ["weight", "normalize"]);
    const della = "merge_method: della\nmodels:\n  - model: a\n    parameters:\n      weight: 1\n      |";
    assert.deepEqual(await labels(della), ["density", "epsilon"]);
    assert.deepEqual(await labels("merge_method: ties\nmodels:\n  - {model: a, parameters: {weight: 1, |"), [
      "density",
    ]);
  });

  it("offers parameters of a model only where the method has some", async () => {
    const entry = (method: string) => labels(`merge_method: ${method}\nmodels:\n  - model: a\n    |`);
    assert.deepEqual(await entry("ties"), ["parameters"]);
    assert.deepEqual(await entry("slerp"), []);
  });

  it("offers every method with when to use it", async () => {
    const found = await completionsAt("merge_method: |\n", context);
    assert.deepEqual(
      found.map(({ label }) => label),
      [...mergeMethods.keys()],
    );
    const arity = (name: string) => found.find(({ label }) => label === name)!.detail;
    assert.deepEqual(["slerp", "ties", "nearswap", "passthrough", "linear"].map(arity), [
      "base + 1",
      "base + 1 or more",
      "base + 1",
      "1 model",
      "1 or more models",
    ]);
    for (const { label, documentation } of found) assert.equal(documentation!.source.split("Use it ").length, 2, label);
  });

  it("brings the required parameters with the models", async () => {
    assert.equal(
      await textAfter("merge_method: ties\n|", "models", context),
      "merge_method: ties\nmodels:\n  - model: \n    parameters:\n      weight: 0.5\n      density: 0.5\n" +
        "  - model: \n    parameters:\n      weight: 0.5\n      density: 0.5",
    );
    assert.equal(
      await textAfter("merge_method: slerp\n|", "parameters", context),
      "merge_method: slerp\nparameters:\n  t: 0.5",
    );
  });

  it("indents what follows a dash", async () => {
    assert.equal(
      await textAfter("merge_method: linear\nmodels:\n  |", "- model", context),
      "merge_method: linear\nmodels:\n  - model: \n    parameters:\n      weight: 0.5",
    );
    assert.equal(
      await textAfter("merge_method: linear\nslices:\n  - |", "sources", context),
      "merge_method: linear\nslices:\n  - sources:\n      - model: \n        layer_range: [0, 32]",
    );
  });

  it("offers checkpoints on disk, other merges of the file, and adapters after a plus", async () => {
    const file = "name: first\nmerge_method: linear\n---\nmerge_method: linear\nmodels:\n  - model: |";
    assert.deepEqual(await labels(file), ["first", "models/base", "models/ft_a"]);
    assert.equal(
      await textAfter("merge_method: linear\nmodels:\n  - model: models/base+|", "models/lora_a", context),
      "merge_method: linear\nmodels:\n  - model: models/base+models/lora_a",
    );
  });

  it("offers layer ranges by the layers that the model has", async () => {
    const slice = (marked: string) =>
      `merge_method: passthrough\nslices:\n  - sources:\n      - model: models/ft_a\n        layer_range: [0, 3]\n` +
      `  - sources:\n      - model: models/deep\n        layer_range: ${marked}`;
    assert.deepEqual(await labels(slice("|")), ["[3, 6]", "[0, 6]", "[0, 3]"]);
    assert.deepEqual(await labels(slice("[|")), ["0", "3"]);
    assert.deepEqual(await labels(slice("[1, |")), ["6"]);
  });

  it("offers parts of the tensors' names as filters, with how many they match", async () => {
    const found = await completionsAt(
      "merge_method: slerp\nmodels:\n  - model: models/ft_a\nparameters:\n  t:\n    - filter: |",
      context,
    );
    const attention = found.find(({ label }) => label === "self_attn")!;
    assert.equal(attention.detail, "16 tensors");
    assert.ok(
      ["mlp", "mlp.down_proj", "lm_head", "layers.3."].every((part) => found.some(({ label }) => label === part)),
    );
  });

  it("offers gradients and values by tensor for a parameter", async () => {
    const found = await labels("merge_method: slerp\nparameters:\n  t: |");
    assert.ok(
      found.includes("0.5") && found.includes("[0.0, 1.0]") && found.includes("- filter / value"),
      String(found),
    );
    assert.deepEqual(await labels("merge_method: ties\nparameters:\n  normalize: |"), ["true", "false"]);
  });

  it("offers special tokens of the models for rules", async () => {
    const found = await labels("merge_method: linear\nmodels:\n  - model: models/ft_a\ntokenizer:\n  tokens:\n    |");
    assert.ok(found.length > 0, "tokens");
  });

  it("replaces a key in place", async () => {
    assert.equal(
      await textAfter("merge_method: ties\nparameters:\n  norm|: true\n", "normalize", context),
      "merge_method: ties\nparameters:\n  normalize: true\n",
    );
  });

  it("works in a text that is broken above and below", async () => {
    const found = await labels(
      "merge_method: slerp\nbase_model: {model: [\nparameters:\n  |\nmodels:\n\t- model: 'x\n",
    );
    assert.deepEqual(found, ["t"]);
  });

  it("is silent in comments", async () => {
    assert.deepEqual(await labels("merge_method: ties # |"), []);
  });
});
