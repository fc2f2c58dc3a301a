import type { ModelConfig } from "../modelConfig.ts";
import type { Architecture } from "./architecture.ts";
import { gemma, gemma2, gemma3 } from "./gemma.ts";
import { gpt2 } from "./gpt2.ts";
import { llama } from "./llama.ts";
import { mixtral } from "./mixtral.ts";
import { phi3 } from "./phi3.ts";
import { qwen2, qwen3 } from "./qwen.ts";

/** Model families with a table of their tensors. A new one is one file and one entry here. */
export const architectures: readonly Architecture[] = [llama, mixtral, qwen2, qwen3, gemma, gemma2, gemma3, phi3, gpt2];

/**
 * The family of a checkpoint; `undefined` when there is no table for it.
 * @param override architecture name that counts instead of the one in config.json
 */
export function findArchitecture(config: ModelConfig, override?: string): Architecture | undefined {
  const name = override ?? config.architectures[0];
  return name === undefined ? undefined : architectures.find(({ classes }) => classes.includes(name));
}

/** Number of layers by config.json; `undefined` when it does not say. */
export function layerCountOf(config: ModelConfig, architecture: Architecture | undefined): number | undefined {
  return config.integer(architecture?.layerCountKey ?? "num_hidden_layers", "n_layer", "num_layers");
}
