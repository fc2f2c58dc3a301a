import assert from "node:assert/strict";
import { ConfigurationError } from "../../../../src/core/errors.ts";
import { restackedConfig, type Restacked } from "../../../../src/core/merge/plan/restack.ts";

type Document = Readonly<Record<string, unknown>>;

const layers = 4;
const stack = (donor: Document, order: readonly number[], changes: Partial<Restacked> = {}) =>
  restackedConfig({
    module: "default",
    stack: "model.layers.",
    donor,
    donorName: "a",
    layers,
    picks: order.map((layer) => ({ layer, document: donor })),
    tensorsOf: () => ["mlp.weight"],
    ...changes,
  });
const twice = [0, 1, 1, 2, 3];

describe("config.json of stacked layers", () => {
  it("says nothing new of a stack that is as it was", () => {
    assert.deepEqual(stack({}, [0, 1, 2, 3]), {});
  });

  it("counts them by the key that counted them, and lists each by the layer that it is", () => {
    const config = {
      num_hidden_layers: 4,
      eos_token_id: [1, 2, 3, 4],
      layer_types: ["a", "b", "c", "d"],
      intermediate_size: [8, 8, 16, 16],
      mlp_only_layers: [1, 3],
      num_key_value_heads: 4,
    };
    assert.deepEqual(stack(config, twice), {
      num_hidden_layers: 5,
      layer_types: ["a", "b", "b", "c", "d"],
      intermediate_size: [8, 8, 8, 16, 16],
      mlp_only_layers: [1, 2, 4],
    });
    assert.deepEqual(stack({ n_layer: 4 }, twice), { n_layer: 5 });
    assert.throws(() => stack({ num_hidden_layers: 5 }, twice), /no number of layers that is 4/);
  });

  it("tells the stacks of a model apart", () => {
    const config = {
      text_config: { num_hidden_layers: 4, layer_types: ["a", "b", "c", "d"] },
      vision_config: { depth: 4 },
    };
    assert.deepEqual(stack(config, twice, { module: "visual", stack: "visual.blocks." }), { "vision_config.depth": 5 });
    assert.deepEqual(stack(config, twice, { module: "model" }), {
      "text_config.num_hidden_layers": 5,
      "text_config.layer_types": ["a", "b", "b", "c", "d"],
    });
    const t5 = { num_layers: 4, num_decoder_layers: 4 };
    assert.deepEqual(stack(t5, twice, { module: "decoder", stack: "decoder.block." }), { num_decoder_layers: 5 });
    assert.deepEqual(stack(t5, twice, { module: "encoder", stack: "encoder.block." }), { num_layers: 5 });
  });

  it("takes the entry of each layer from the model that has it", () => {
    const other = { num_hidden_layers: 3, layer_types: ["x", "y", "z"] };
    const config = { num_hidden_layers: 4, layer_types: ["a", "b", "c", "d"] };
    const picks = [
      { layer: 0, document: config },
      { layer: 2, document: other },
    ];
    assert.deepEqual(stack(config, [], { picks }), { num_hidden_layers: 2, layer_types: ["a", "z"] });
    const without = [...picks, { layer: 0, document: { num_hidden_layers: 4 } }];
    assert.throws(() => stack(config, [], { picks: without }), /not in config\.json of every model/);
  });

  it("writes out the kinds of layers that older configurations leave to the code", () => {
    const [sliding, full] = ["sliding_attention", "full_attention"];
    assert.deepEqual(stack({ model_type: "gemma2", num_hidden_layers: 4 }, twice).layer_types, [
      ...[sliding, full, full, sliding, full],
    ]);
    const qwen = { model_type: "qwen2", num_hidden_layers: 4, max_window_layers: 2, sliding_window: 8 };
    assert.deepEqual(stack({ ...qwen, use_sliding_window: true }, [3, 0]).layer_types, [sliding, full]);
    assert.deepEqual(stack({ ...qwen, use_sliding_window: false }, [3, 0]), { num_hidden_layers: 2 });
  });

  it("refuses an order that it cannot describe, but not the first layers as they are", () => {
    for (const config of [
      { attention_pattern: 2 },
      { first_k_dense_replace: 2 },
      { attn_layer_period: 8, attn_layer_offset: 1 },
      { attention_types: [[["global", "local"], 2]] },
    ]) {
      const donor = { num_hidden_layers: 4, ...config };
      assert.throws(() => stack(donor, twice), ConfigurationError, JSON.stringify(config));
      assert.deepEqual(stack(donor, [0, 1, 2]), { num_hidden_layers: 3 }, JSON.stringify(config));
    }
    const tensorsOf = (layer: number) => (layer === 0 ? ["mlp.weight"] : ["router.weight"]);
    assert.throws(() => stack({ num_hidden_layers: 4 }, twice, { tensorsOf }), /other tensors than others/);
    const listed = { num_hidden_layers: 4, mlp_layer_types: ["dense", "sparse", "sparse", "sparse"] };
    assert.equal(stack({ ...listed, first_k_dense_replace: 1 }, twice, { tensorsOf }).num_hidden_layers, 5);
  });
});
