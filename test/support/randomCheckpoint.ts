import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { layOutSafetensors, type TensorSpec } from "../../src/core/checkpoint/safetensorsWriter.ts";

export interface CheckpointShape {
  readonly layers: number;
  readonly hidden: number;
  readonly intermediate: number;
  readonly vocabulary: number;
}

/** Writes a Llama-shaped BF16 checkpoint of values between ±2⁻⁷ and ±2⁻⁵, the same for the same seed. */
export async function writeRandomCheckpoint(folder: string, shape: CheckpointShape, seed: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { layers, hidden, intermediate, vocabulary } = shape;
  const config = {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_size: hidden,
    intermediate_size: intermediate,
    num_hidden_layers: layers,
    vocab_size: vocabulary,
    tie_word_embeddings: false,
    torch_dtype: "bfloat16",
  };
  await writeFile(join(folder, "config.json"), JSON.stringify(config, null, 2));
  const { header, fileBytes } = layOutSafetensors(specsOf(shape));
  const file = new Uint8Array(fileBytes);
  let state = (seed * 2654435761) >>> 0 || 1;
  const values = new Uint16Array((fileBytes - header.length) / 2);
  for (let i = 0; i < values.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = 0x3c00 | (state & 0x80ff);
  }
  file.set(header);
  file.set(new Uint8Array(values.buffer), header.length);
  await writeFile(join(folder, "model.safetensors"), file);
}

function specsOf({ layers, hidden, intermediate, vocabulary }: CheckpointShape): TensorSpec[] {
  const spec = (name: string, ...shape: number[]): TensorSpec => ({ name: `${name}.weight`, dtype: "BF16", shape });
  const inLayers = Array.from({ length: layers }, (_, layer) => {
    const at = `model.layers.${layer}`;
    return [
      spec(`${at}.input_layernorm`, hidden),
      spec(`${at}.post_attention_layernorm`, hidden),
      ...["q", "k", "v", "o"].map((name) => spec(`${at}.self_attn.${name}_proj`, hidden, hidden)),
      ...["gate", "up"].map((name) => spec(`${at}.mlp.${name}_proj`, intermediate, hidden)),
      spec(`${at}.mlp.down_proj`, hidden, intermediate),
    ];
  });
  return [
    spec("model.embed_tokens", vocabulary, hidden),
    ...inLayers.flat(),
    spec("model.norm", hidden),
    spec("lm_head", vocabulary, hidden),
  ];
}
