import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planViewSchema, type MergeView, type ViewBlock } from "../../../src/core/merge/plan/view/schema.ts";
import { PlanReader } from "../../../src/node/merge/planReader.ts";
import { readRealWorldMerges } from "../../support/realWorldMerges.ts";
import { unpackModels } from "../../support/mergeFixtures.ts";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";

const shape = { layers: 4, hidden: 8, intermediate: 16, vocabulary: 32 };

describe("The view of a merge's plan", () => {
  let folder: string;
  const reader = new PlanReader();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-plan-"));
    for (const [index, name] of ["a", "b", "c"].entries()) {
      await writeRandomCheckpoint(join(folder, name), shape, index + 1);
    }
  });
  after(() => rm(folder, { recursive: true }));

  const request = (text: string) => ({ file: join(folder, "merge.yml"), text, folder, memory: 2 ** 30 });
  const viewsOf = async (text: string) => planViewSchema.parse(await reader.view(request(text))).merges;
  const viewOf = async (text: string) => (await viewsOf(text))[0]!;
  const made = ({ name, sources, parameters }: ViewBlock) =>
    `${name} = ${sources.map(({ model, layer, share }) => `${model}.${layer ?? "-"}:${share === null ? "base" : Number(share.toFixed(3))}`).join(" ")} ${parameters}`.trim();
  const figure = ({ figures, constants, decisions }: MergeView, name: string) =>
    [...figures, ...constants, ...decisions].find((each) => each.name === name)?.value;

  const frankenmerge = `merge_method: passthrough
slices:
  - sources: [{ model: a, layer_range: [0, 3] }]
  - sources: [{ model: b, layer_range: [2, 4] }]
dtype: bfloat16
`;

  it("shows the layers of a stack, with embedding, norm and head where they belong", async () => {
    const view = await viewOf(frankenmerge);
    assert.equal(view.state, "planned");
    assert.deepEqual(view.blocks.map(made), [
      "model.embed_tokens.weight = 0.-:1",
      "layer 0 = 0.0:1",
      "layer 1 = 0.1:1",
      "layer 2 = 0.2:1",
      "layer 3 = 1.2:1",
      "layer 4 = 1.3:1",
      "model.norm.weight = 1.-:1",
      "lm_head.weight = 1.-:1",
    ]);
    assert.deepEqual(
      view.blocks.map(({ slice }) => slice),
      [0, 0, 0, 0, 1, 1, 1, 1],
    );
    assert.deepEqual(view.sliceStarts, [3]);
    assert.equal(figure(view, "layers"), "5");
    // 32 · 8 · 2 + 5 · (2 · 8 + 4 · 64 + 3 · 128) + 8
    assert.equal(figure(view, "parameters"), "3.8K");
    assert.equal(figure(view, "type"), "bfloat16");
  });

  it("divides a layer by what gradients and filters make of t, weighted by the sizes of its tensors", async () => {
    const view = await viewOf(`merge_method: slerp
base_model: a
slices:
  - sources:
      - { model: a, layer_range: [0, 4] }
      - { model: b, layer_range: [0, 4] }
parameters:
  t:
    - { filter: self_attn, value: [0, 0.3] }
    - { filter: mlp, value: 1 }
    - value: 0.5
dtype: bfloat16
`);
    // (256 · 0 + 384 · 1 + 16 · 0.5) / 656 of layer 0 is from b.
    assert.equal(made(view.blocks[1]!), "layer 0 = 0.0:0.402 1.0:0.598 t 0 to 1");
    assert.equal(made(view.blocks[4]!), "layer 3 = 0.3:0.285 1.3:0.715 t 0.3 to 1");
    const [curve, ...others] = view.curves;
    assert.equal(others.length, 0);
    assert.equal(curve!.parameter, "t");
    assert.deepEqual(
      curve!.series.map(({ model, tensors, values }) => [
        model,
        tensors,
        values.map((value) => Number(value!.toFixed(2))),
      ]),
      [
        [null, "input_layernorm, post_attention_layernorm", [0.5, 0.5, 0.5, 0.5]],
        [null, "mlp", [1, 1, 1, 1]],
        [null, "self_attn", [0, 0.1, 0.2, 0.3]],
      ],
    );
    assert.equal(figure(view, "lm_head.weight"), "t 0.5");
  });

  it("keeps the base that changes are added to apart, and gives no parameters to it", async () => {
    const view = await viewOf(`merge_method: ties
base_model: a
models:
  - { model: b, parameters: { weight: 0.6, density: [0.2, 0.8] } }
  - { model: c, parameters: { weight: -0.2, density: 0.5 } }
dtype: bfloat16
`);
    assert.match(made(view.blocks[1]!), /^layer 0 = 0\.0:base 1\.0:0\.75 2\.0:0\.25 /);
    assert.equal(view.blocks[1]!.sources[0]!.parameters, "");
    assert.equal(view.blocks[1]!.sources[2]!.parameters, "weight -0.2, density 0.5");
    assert.deepEqual(
      view.curves.map(({ parameter, series }) => [parameter, series.map(({ model }) => model)]),
      [["density", [1, 2]]],
    );
    assert.equal(figure(view, "weight of b"), "0.6");
    assert.equal(figure(view, "weight of c"), "-0.2");
    assert.equal(figure(view, "int8_mask"), undefined);
  });

  it("plans a merge with what another merge of the file will be", async () => {
    const [blend, result] = await viewsOf(`name: blend
merge_method: passthrough
slices:
  - sources: [{ model: a, layer_range: [0, 4] }]
  - sources: [{ model: b, layer_range: [2, 4] }]
dtype: float32
---
merge_method: linear
models:
  - { model: blend, parameters: { weight: 1 } }
dtype: bfloat16
`);
    assert.deepEqual([blend!.name, blend!.state, result!.name, result!.state], ["blend", "planned", null, "planned"]);
    assert.equal(figure(result!, "layers"), "6");
    assert.deepEqual([result!.models[0]!.state, result!.models[0]!.role], ["planned", "model"]);
  });

  it("shows the experts of a mixture", async () => {
    const view = await viewOf(`base_model: a
gate_mode: random
dtype: bfloat16
experts:
  - source_model: b
  - source_model: c
`);
    assert.equal(view.shares, "parameters");
    // Norms and attention 272, MLPs 384 each.
    assert.equal(made(view.blocks[1]!), "layer 0 = 0.0:0.262 1.0:0.369 2.0:0.369");
    assert.equal(view.blocks[1]!.elements, 272 + 2 * 384 + 2 * 8);
  });

  it("says that an adapter is fused", async () => {
    const models = await unpackModels();
    const text = `merge_method: linear
models:
  - { model: models/base+models/lora_a, parameters: { weight: 1 } }
dtype: bfloat16
`;
    const here = { ...request(text), folder: models };
    const view = (await reader.view(here)).merges[0]!;
    assert.equal(view.models[0]!.name, "models/base+models/lora_a");
    assert.match(view.models[0]!.detail, /with an adapter that changes \d+ tensors/);
    const rows = await reader.tensors(here, null);
    assert.ok(rows.some(({ note }) => note === "with an adapter"));
  });

  it("lists every tensor with its sources and values", async () => {
    const rows = await reader.tensors(request(frankenmerge), null);
    assert.equal(rows.length, 3 + 5 * 9);
    const row = rows.find(({ name }) => name === "model.layers.3.mlp.up_proj.weight");
    assert.deepEqual(row, {
      name: "model.layers.3.mlp.up_proj.weight",
      shape: [16, 8],
      dtype: "bfloat16",
      sources: [{ model: 1, name: "model.layers.2.mlp.up_proj.weight", parameters: "" }],
      parameters: "",
      note: "",
    });
    assert.deepEqual(await reader.tensors(request(frankenmerge), "no such merge"), []);
  });

  it("sketches the stack where models are missing, and says which", async () => {
    const view = await viewOf(frankenmerge.replace("model: b", "model: org/absent"));
    assert.equal(view.state, "sketch");
    assert.deepEqual(
      view.models.map(({ name, state }) => [name, state]),
      [
        ["a", "known"],
        ["org/absent", "missing"],
      ],
    );
    assert.equal(made(view.blocks[4]!), "layer 3 = 1.2:1");
    assert.equal(view.blocks[4]!.elements, null);
    assert.equal(figure(view, "layers"), "5");
  });

  it("shows curves over a relative depth where no model tells the number of layers", async () => {
    const view = await viewOf(`merge_method: linear
models:
  - { model: org/x, parameters: { weight: [0, 1] } }
  - { model: org/y, parameters: { weight: 1 } }
dtype: bfloat16
`);
    assert.equal(view.layersKnown, false);
    assert.deepEqual(
      view.blocks.map(({ name }) => name),
      ["model.embed_tokens.weight", "every layer", "model.norm.weight", "lm_head.weight"],
    );
    const [gradient] = view.curves[0]!.series;
    assert.deepEqual([gradient!.values[0], gradient!.values[16], gradient!.values.at(-1)], [0, 0.5, 1]);
  });

  it("says what does not fit, with its place, and shows what the configuration says all the same", async () => {
    const view = await viewOf(frankenmerge.replace("[2, 4]", "[2, 9]"));
    assert.equal(view.state, "sketch");
    const errors = view.findings.filter(({ severity }) => severity === "error");
    assert.deepEqual([errors.length, errors[0]!.line], [1, 4]);
    assert.equal(view.blocks.filter(({ kind }) => kind === "layer").length, 10);
  });

  it("says that a parameter is missing where nothing can be shown without it", async () => {
    const view = await viewOf("merge_method: linear\nmodels: [{ model: a }, { model: b }]\ndtype: bfloat16\n");
    assert.equal(view.state, "failed");
    assert.match(view.findings[0]!.message, /weight/);
  });

  it("says that the memory that is allowed is too little", async () => {
    const view = (await reader.view({ ...request(frankenmerge), memory: 2 ** 20 })).merges[0]!;
    assert.equal(view.state, "planned");
    assert.match(view.findings.at(-1)!.message, /needs \d+ MB of memory/);
    assert.equal(figure(view, "memory"), undefined);
  });

  it("refuses text that is no configuration, at its place", async () => {
    await assert.rejects(reader.view(request("merge_method: [linear\n")), { code: "configuration.invalid" });
  });

  it("sketches every configuration that people publish", async () => {
    for (const [name, text] of await readRealWorldMerges()) {
      // Needs the hidden states of a running model.
      if (name === "40-moe.yml") continue;
      for (const view of await viewsOf(text)) {
        assert.equal(view.state, "sketch", name);
        assert.ok(view.blocks.length >= 4, name);
        for (const { sources } of view.blocks) {
          const shares = sources.flatMap(({ share }) => share ?? []);
          const sum = shares.reduce((total, share) => total + share, 0);
          assert.ok(Math.abs(sum - 1) < 1e-9 || sum === 0, `${name}: ${sum}`);
        }
      }
    }
  });
});
