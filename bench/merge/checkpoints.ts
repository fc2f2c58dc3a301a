import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { layOutSafetensors } from "../../src/core/checkpoint/safetensorsWriter.ts";
import type { TensorSpec } from "../../src/core/checkpoint/safetensorsWriter.ts";
import { normals } from "../../test/core/merge/methods/inMemory.ts";

/** The shape of a Llama checkpoint. */
export interface LlamaShape {
  readonly hidden: number;
  readonly intermediate: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly vocabulary: number;
}

/** 1.1 billion parameters. */
export const tinyLlama: LlamaShape = {
  hidden: 2048,
  intermediate: 5632,
  layers: 22,
  heads: 32,
  keyValueHeads: 4,
  vocabulary: 32000,
};

function tensorsOf({ hidden, intermediate, layers, heads, keyValueHeads, vocabulary }: LlamaShape): TensorSpec[] {
  const keys = (hidden / heads) * keyValueHeads;
  const layer: readonly (readonly [string, readonly number[]])[] = [
    ["input_layernorm", [hidden]],
    ["mlp.down_proj", [hidden, intermediate]],
    ["mlp.gate_proj", [intermediate, hidden]],
    ["mlp.up_proj", [intermediate, hidden]],
    ["post_attention_layernorm", [hidden]],
    ["self_attn.k_proj", [keys, hidden]],
    ["self_attn.o_proj", [hidden, hidden]],
    ["self_attn.q_proj", [hidden, hidden]],
    ["self_attn.v_proj", [keys, hidden]],
  ];
  const named = Array.from({ length: layers }, (_, index) =>
    layer.map(([name, shape]) => [`model.layers.${index}.${name}.weight`, shape] as const),
  ).flat();
  return [
    ["lm_head.weight", [vocabulary, hidden]] as const,
    ["model.embed_tokens.weight", [vocabulary, hidden]] as const,
    ["model.norm.weight", [hidden]] as const,
    ...named,
  ].map(([name, shape]) => ({ name, dtype: "BF16", shape }));
}

const base = Float32Array.from(normals(1, 1 << 20, 0.02));
const chunk = 1 << 20;

/** BF16 of base + change, where the patterns repeat with different periods. */
function fill(into: Uint16Array, change: Float32Array, from: number): void {
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  for (let i = 0; i < into.length; i++) {
    single[0] = base[(from + i) % base.length]! + change[(from + i) % change.length]!;
    into[i] = (bits[0]! + 0x7fff + ((bits[0]! >>> 16) & 1)) >>> 16;
  }
}

/**
 * Writes a bf16 checkpoint of normally distributed weights (standard deviation 0.02), unless it is there.
 * @param change standard deviation of the difference from the base; 0 is the base itself
 */
export function writeCheckpoint(folder: string, shape: LlamaShape, seed: number, change: number): void {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.tmp`;
  mkdirSync(unfinished, { recursive: true });
  const layout = layOutSafetensors(tensorsOf(shape));
  // A prime period, so that base and change do not repeat together within a tensor.
  const changes = Float32Array.from(change === 0 ? [0] : normals(seed, 1048573, change));
  const file = openSync(join(unfinished, "model.safetensors"), "w");
  writeSync(file, layout.header);
  for (const { elements } of layout.tensors) {
    for (let start = 0; start < elements; start += chunk) {
      const part = new Uint16Array(Math.min(chunk, elements - start));
      fill(part, changes, start + elements);
      writeSync(file, new Uint8Array(part.buffer));
    }
  }
  closeSync(file);
  writeFileSync(join(unfinished, "config.json"), JSON.stringify(configuration(shape), undefined, 2));
  renameSync(unfinished, folder);
}

function configuration(shape: LlamaShape) {
  return {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_size: shape.hidden,
    intermediate_size: shape.intermediate,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.keyValueHeads,
    vocab_size: shape.vocabulary,
    max_position_embeddings: 2048,
    rms_norm_eps: 1e-5,
    tie_word_embeddings: false,
    torch_dtype: "bfloat16",
  };
}
