import assert from "node:assert/strict";
import { ByModel } from "../../../../src/core/checkpoint/byModel.ts";
import { parseModelReference } from "../../../../src/core/checkpoint/modelReference.ts";
import { parseModelConfig } from "../../../../src/core/checkpoint/modelConfig.ts";
import type { StoredTensor } from "../../../../src/core/checkpoint/safetensors.ts";
import { inferModules } from "../../../../src/core/checkpoint/architectures/generic.ts";
import { architectures } from "../../../../src/core/checkpoint/architectures/registry.ts";
import { readLoraAdapter } from "../../../../src/core/checkpoint/lora.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";
import type { MergeFacts } from "../../../../src/core/checkpoint/modelFacts.ts";
import { planMerge } from "../../../../src/core/merge/plan/plan.ts";
import type { MergePlan } from "../../../../src/core/merge/plan/mergePlan.ts";
import { readMerges } from "../../../support/readMerges.ts";

const llama = architectures[0]!;

function model(
  changes: Record<string, unknown> = {},
  extra: Record<string, StoredTensor> = {},
  without: string[] = [],
): MergeFacts {
  const document = {
    architectures: ["LlamaForCausalLM"],
    num_hidden_layers: 2,
    vocab_size: 10,
    torch_dtype: "bfloat16",
    ...changes,
  };
  const config = parseModelConfig(JSON.stringify(document), "config.json");
  const { before, layer, after } = llama.weights(config, new Set());
  const names = [...before, ...after].map(({ name }) => name);
  for (const { name, optional } of layer) {
    if (optional === true) continue;
    for (let k = 0; k < (config.integer("num_hidden_layers") ?? 0); k++) names.push(name.replace("{layer}", String(k)));
  }
  const shapeOf = (name: string) =>
    name.includes("norm") ? [4] : name.includes("embed") || name.includes("head") ? [10, 4] : [4, 4];
  const tensors = new Map<string, StoredTensor>(
    names.filter((name) => !without.includes(name)).map((name) => [name, { dtype: "BF16", shape: shapeOf(name) }]),
  );
  for (const [name, tensor] of Object.entries(extra)) tensors.set(name, tensor);
  return { config, tensors };
}

function plan(yaml: string, models: Record<string, MergeFacts>, allowMixedArchitectures = false): MergePlan {
  const [{ merge }] = readMerges(yaml);
  const facts = new ByModel(Object.entries(models).map(([name, own]) => [parseModelReference(name), own]));
  return planMerge(merge, mergeMethods.get(merge.method)!, facts, {
    numerics: "classic",
    seed: 1,
    outShardSize: 200,
    allowMixedArchitectures,
  });
}

const linear =
  "merge_method: linear\nmodels:\n  - {model: a, parameters: {weight: [0, 1]}}\n  - {model: b, parameters: {weight: 2}}\n";
const find = ({ tensors }: MergePlan, name: string) => tensors.find((tensor) => tensor.name === name)!;

describe("merge plans", () => {
  it("resolve sources and parameters of every tensor", () => {
    const result = plan(linear, { a: model(), b: model() });
    assert.equal(result.tensors.length, 3 + 2 * 9);
    const weights = (name: string) => find(result, name).inputs.map(({ parameters }) => parameters.weight);
    assert.deepEqual(weights("model.layers.0.mlp.up_proj.weight"), [0, 2]);
    assert.deepEqual(weights("model.layers.1.mlp.up_proj.weight"), [1, 2]);
    assert.deepEqual(weights("lm_head.weight"), [0, 2]);
    assert.deepEqual(find(result, "lm_head.weight").parameters, { normalize: true });
    assert.equal(result.bytesToWrite, 2 * (2 * 40 + 4 + 2 * (2 * 4 + 7 * 16)));
    assert.equal(result.bytesToRead, 2 * result.bytesToWrite);
    assert.ok(result.largestTask > 0 && result.estimatedSeconds > 0);
    assert.deepEqual(result.configChanges, {});
  });

  it("stack slices, taking what is before and after the layers from the first and last", () => {
    const yaml =
      "merge_method: passthrough\nslices:\n  - sources: [{model: a, layer_range: [0, 2]}]\n" +
      "  - sources: [{model: b, layer_range: [1, 2]}]\n";
    const result = plan(yaml, { a: model(), b: model() });
    const stored = (name: string) => find(result, name).inputs.map((input) => [input.model, input.storedName]);
    assert.deepEqual(stored("model.embed_tokens.weight"), [[0, "model.embed_tokens.weight"]]);
    assert.deepEqual(stored("model.layers.2.mlp.up_proj.weight"), [[1, "model.layers.1.mlp.up_proj.weight"]]);
    assert.deepEqual(stored("lm_head.weight"), [[1, "lm_head.weight"]]);
    assert.deepEqual(result.configChanges, { num_hidden_layers: 3 });
  });

  it("lay random draws out in the order of stored names", () => {
    const yaml =
      "merge_method: dare_ties\nbase_model: a\nmodels:\n  - {model: b, parameters: {weight: 1, density: [0.5, 1]}}\n";
    const result = plan(yaml, { a: model({ num_hidden_layers: 11 }), b: model({ num_hidden_layers: 11 }) });
    const names = result.tensors.map(({ name }) => name);
    assert.deepEqual(names, names.toSorted());
    let offset = 0;
    for (const { name, random, shape } of result.tensors) {
      if (name.includes("layers.10.")) assert.equal(random, undefined, "density 1 draws nothing");
      else {
        assert.equal(random!.offset, offset, name);
        offset += shape.reduce((a, b) => a * b, 1);
      }
    }
  });

  it("use tied embeddings where only some models have a head", () => {
    const result = plan(linear, { a: model({}, {}, ["lm_head.weight"]), b: model() });
    assert.deepEqual(
      find(result, "lm_head.weight").inputs.map(({ storedName }) => storedName),
      ["model.embed_tokens.weight", "lm_head.weight"],
    );
    const none = plan(linear, { a: model({}, {}, ["lm_head.weight"]), b: model({}, {}, ["lm_head.weight"]) });
    assert.equal(find(none, "lm_head.weight"), undefined);
  });

  it("name what is missing, unknown or does not fit", () => {
    const gone = "model.layers.1.mlp.up_proj.weight";
    assert.throws(
      () => plan(linear, { a: model(), b: model({}, {}, [gone]) }),
      new RegExp(`b lacks the tensor ${gone}`),
    );
    assert.throws(() => plan(linear, { a: model(), b: model({ num_hidden_layers: 3 }) }), /same number of layers/);
    assert.throws(
      () => plan(linear, { a: model(), b: model({ architectures: ["Qwen2ForCausalLM"] }) }),
      /--allow-crimes|different architectures/,
    );
    assert.throws(
      () => plan(linear.replace("weight: 2", "other: 2"), { a: model(), b: model() }),
      /Missing required parameter weight for b/,
    );
    const f8 = { "model.norm.weight": { dtype: "F8_E4M3", shape: [4] } } as const;
    assert.throws(() => plan(linear, { a: model({}, f8), b: model({}, f8) }), /stored as F8_E4M3/);
    const extra = plan(linear, { a: model({}, { "model.extra.weight": { dtype: "BF16", shape: [1] } }), b: model() });
    assert.match(extra.warnings.join(), /a has tensors that .* does not know; they are left out: model\.extra\.weight/);
  });

  it("set vocab_size to the rows that embeddings are cut to", () => {
    const larger = {
      "lm_head.weight": { dtype: "BF16", shape: [12, 4] },
      "model.embed_tokens.weight": { dtype: "BF16", shape: [12, 4] },
    } as const;
    const result = plan(`${linear}base_model: b\n`, { a: model(), b: model({ vocab_size: 12 }, larger) });
    assert.deepEqual(find(result, "lm_head.weight").shape, [10, 4]);
    assert.deepEqual(result.configChanges, { vocab_size: 10 });
  });

  it("infer architectures without a table from the names, common tensors required", () => {
    const modules = inferModules([
      new Set(["embed.weight", "blocks.0.a", "blocks.1.a", "blocks.1.experts.3.w"]),
      new Set(["embed.weight", "blocks.0.a", "blocks.1.a", "head"]),
    ]);
    const layer = [{ name: "blocks.{layer}.a" }, { name: "blocks.{layer}.experts.3.w", optional: true }];
    const after = [{ name: "head", optional: true }];
    const weights = { before: [{ name: "embed.weight" }], layer, after };
    assert.deepEqual(modules, [{ name: "default", weights, stack: "blocks." }]);
    const unknown = (extra: Record<string, StoredTensor> = {}) => model({ architectures: ["NewForCausalLM"] }, extra);
    const result = plan(linear, { a: unknown(), b: unknown() });
    assert.equal(result.tensors.length, 21);
    assert.equal(result.architecture, "NewForCausalLM");
  });

  const named = (...names: string[]): MergeFacts => ({
    config: model({
      architectures: ["NewModel"],
      num_hidden_layers: undefined,
      text_config: { num_hidden_layers: 3, vocab_size: 10 },
      vision_config: { depth: 2 },
    }).config,
    tensors: new Map(names.map((name) => [name, { dtype: "BF16", shape: [4, 4] }])),
  });
  const pictures = [0, 1].map((layer) => `visual.blocks.${layer}.mlp.weight`);
  const words = [0, 1, 2].map((layer) => `model.layers.${layer}.mlp.weight`);
  const both = [...words, ...pictures, "visual.merger.mlp.0.weight", "visual.merger.mlp.2.weight", "lm_head.weight"];
  const text = [...both, "model.embed_tokens.weight"];

  it("count the layers of every stack of a model for itself", () => {
    const result = plan(linear, { a: named(...text), b: named(...text) });
    assert.deepEqual(result.tensors.map(({ name }) => name).toSorted(), text.toSorted());
    assert.deepEqual(
      ["model.layers.1.mlp.weight", "visual.blocks.1.mlp.weight"].map(
        (name) => find(result, name).inputs[0]!.parameters.weight,
      ),
      [0.5, 1],
    );
    assert.deepEqual(result.configChanges, {});
    const hole = text.filter((name) => name !== "model.layers.1.mlp.weight");
    assert.throws(() => plan(linear, { a: named(...text), b: named(...hole) }), /b lacks the layer model\.layers\.1/);
  });

  it("stack the layers of one module, and leave no module out", () => {
    const slices =
      "\n    slices:\n      - sources: [{model: a, layer_range: [0, 2]}]\n      - sources: [{model: a, layer_range: [0, 2]}]\n";
    const yaml = `merge_method: passthrough\nmodules:\n  visual:${slices}`;
    const all = `${yaml}  model: {models: [{model: a}]}\n`;
    const result = plan(all, { a: named(...text) });
    assert.equal(find(result, "visual.blocks.3.mlp.weight").inputs[0]!.storedName, "visual.blocks.1.mlp.weight");
    assert.equal(find(result, "lm_head.weight").inputs.length, 1);
    assert.deepEqual(result.configChanges, { "vision_config.depth": 4 });
    assert.throws(() => plan(yaml, { a: named(...text) }), /The module model is not under `modules`/);
    assert.throws(
      () => plan(all.replace("visual:", "vision:"), { a: named(...text) }),
      /these models have: model, visual/,
    );
    assert.throws(
      () => plan(`merge_method: passthrough${slices.replaceAll("\n    ", "\n")}`, { a: named(...text) }),
      /several modules: model, visual/,
    );
  });

  it("are not made of models whose layers have other names", () => {
    const prefixed = words.map((name) => `bert.${name}`);
    assert.throws(() => plan(linear, { a: named(...words), b: named(...prefixed) }), /their tensors cannot be matched/);
  });

  it("refuse an adapter that does not fit its model, and say what a result lacks", () => {
    const passthrough = "merge_method: passthrough\nmodels: [{model: a}]\n";
    const head = "base_model.model.lm_head.weight";
    const withAdapter = (name: string, rows: number): MergeFacts => {
      const tensors = new Map([[name, { dtype: "BF16", shape: [rows, 4] } as const]]);
      const config = JSON.stringify({ peft_type: "LORA", r: 1, lora_alpha: 1 });
      return { ...model(), adapter: readLoraAdapter(config, tensors, "adapter") };
    };
    assert.deepEqual(plan(passthrough, { a: withAdapter(head, 10) }).warnings, []);
    assert.throws(() => plan(passthrough, { a: withAdapter(head, 12) }), /has 12 rows there, 10 in the model/);
    const other = head.replace("lm_head", "score");
    assert.throws(
      () => plan(passthrough, { a: withAdapter(other, 10) }),
      /changes score\.weight, which the model does not/,
    );
    const lacking = model({ tie_word_embeddings: false, auto_map: { AutoModel: "modeling_x.X" }, vocab_size: 9 }, {}, [
      "lm_head.weight",
    ]);
    const { warnings } = plan(passthrough, { a: lacking });
    assert.equal(warnings.length, 3);
    assert.match(warnings.join(), /random numbers.*modeling_x\.py beside the result.*10 rows.*vocab_size 9/);
  });
  it("say of code that config.json names whether it is there, is missing, or is fetched", () => {
    const autoMap = {
      AutoConfig: "configuration_x.X",
      AutoTokenizer: [null, "tokenization_x.X"],
      AutoModel: "o/r--m.X",
    };
    const donor = { ...model({ auto_map: autoMap }), codeFiles: ["configuration_x.py"] };
    const { warnings } = plan("merge_method: passthrough\nmodels: [{model: a}]\n", { a: donor });
    assert.match(warnings[0]!, /but tokenization_x\.py is not there/);
    assert.match(warnings[1]!, /copy configuration_x\.py beside/);
    assert.match(warnings[2]!, /of o\/r: transformers fetches/);
    assert.equal(warnings.length, 3);
  });
});
