import { parseModelConfig } from "../../src/core/checkpoint/modelConfig.ts";
import type { StoredTensor } from "../../src/core/checkpoint/safetensors.ts";
import { layerName, type WeightTemplate } from "../../src/core/checkpoint/architectures/architecture.ts";
import { findArchitecture } from "../../src/core/checkpoint/architectures/registry.ts";
import type { FactsLookup, FactsResult, ModelFacts } from "../../src/core/checkpoint/modelFacts.ts";

/** Sizes of the models that people merge most. */
const families: readonly [RegExp, Readonly<Record<string, unknown>>][] = [
  [/solar/i, llama("LlamaForCausalLM", 48, 4096, 32000)],
  [/70B/, llama("LlamaForCausalLM", 80, 8192, 32000)],
  [/13b/i, llama("LlamaForCausalLM", 40, 5120, 32000)],
  [/nemo/, llama("MistralForCausalLM", 40, 5120, 131072)],
  [/8B/, llama("LlamaForCausalLM", 32, 4096, 128256)],
  [/32B/, llama("Qwen2ForCausalLM", 64, 5120, 152064)],
  [/14B/, llama("Qwen2ForCausalLM", 48, 5120, 152064)],
  [/qwen2\.5/i, llama("Qwen2ForCausalLM", 28, 3584, 152064)],
  [/gemma-2/, { ...llama("Gemma2ForCausalLM", 42, 3584, 256000), model_type: "gemma2" }],
  [/7b/i, llama("MistralForCausalLM", 32, 4096, 32000)],
];

function llama(architecture: string, layers: number, hidden: number, vocabulary: number): Record<string, unknown> {
  return {
    architectures: [architecture],
    num_hidden_layers: layers,
    hidden_size: hidden,
    vocab_size: vocabulary,
    torch_dtype: "bfloat16",
    tie_word_embeddings: false,
  };
}

/**
 * What the headers of the named models would say if they were on this machine, by the size in their name. As on a hub,
 * every configuration names its own model and the version of the software that saved it.
 */
export const hubFacts: FactsLookup = ({ model: { path } }) => {
  const known = looked.get(path) ?? lookUp(path);
  looked.set(path, known);
  return known;
};

const looked = new Map<string, FactsResult>();

function lookUp(path: string): FactsResult {
  const [, sizes] = families.find(([name]) => name.test(path)) ?? [];
  if (sizes === undefined) return { state: "unknown" };
  const version = `4.${30 + (path.length % 20)}.0`;
  return { state: "known", facts: factsOf({ _name_or_path: path, ...sizes, transformers_version: version }) };
}

function factsOf(document: Readonly<Record<string, unknown>>): ModelFacts {
  const config = parseModelConfig(JSON.stringify(document), "config.json");
  const { before, layer, after } = findArchitecture(config)!.weights(config, new Set());
  const layers = Array.from({ length: config.integer("num_hidden_layers")! }, (_, index) =>
    layer.map((weight) => ({ ...weight, name: layerName(weight.name, index) })),
  );
  const all = [...before, ...layers.flat(), ...after];
  const stored = all.filter(({ optional, tiedTo }) => optional !== true || (tiedTo && !config.tiesEmbeddings));
  const [hidden, vocabulary] = [config.integer("hidden_size")!, config.integer("vocab_size")!];
  return { config, tensors: new Map(stored.map((weight) => [weight.name, tensor(weight, hidden, vocabulary)])) };
}

function tensor({ name, embedding = false }: WeightTemplate, hidden: number, vocabulary: number): StoredTensor {
  const shape = embedding ? [vocabulary, hidden] : /norm|bias/.test(name) ? [hidden] : [hidden, hidden];
  return { dtype: "BF16", shape };
}
