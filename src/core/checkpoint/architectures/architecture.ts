import type { ModelConfig } from "../modelConfig.ts";

/** A tensor of a model family. Inside layers, `{layer}` in a name stands for the layer's number. */
export interface WeightTemplate {
  /** Name in the result. */
  readonly name: string;
  /** Other names that checkpoints store it under. */
  readonly aliases?: readonly string[];
  /** A model may lack it. */
  readonly optional?: boolean;
  /** Indexed by the vocabulary: the rows of two-dimensional tensors are tokens. */
  readonly embedding?: boolean;
  /** Template name of the tensor that a model without this one uses in its place (tied embeddings). */
  readonly tiedTo?: string;
}

/** All tensors of one model, by their place in the stack of layers. */
export interface ArchitectureWeights {
  readonly before: readonly WeightTemplate[];
  readonly layer: readonly WeightTemplate[];
  readonly after: readonly WeightTemplate[];
}

/** One family of models: which tensors it has and how its configuration counts layers. */
export interface Architecture {
  readonly name: string;
  /** Entries of `architectures` in config.json that belong to it. */
  readonly classes: readonly string[];
  /** Key of config.json that holds the number of layers. */
  readonly layerCountKey: string;
  weights(config: ModelConfig, storedNames: ReadonlySet<string>): ArchitectureWeights;
}

export function layerName(template: string, layer: number): string {
  return template.replaceAll("{layer}", String(layer));
}

/** Shorthand of the family files: templates of the same prefix. */
export function weightsOf(
  prefix: string,
  names: readonly string[],
  more: Pick<WeightTemplate, "optional"> = {},
): WeightTemplate[] {
  return names.map((name) => ({ name: prefix + name, ...more }));
}

/** Embedding and head of the families that follow Llama's naming. */
export const tokenEmbedding: WeightTemplate = { name: "model.embed_tokens.weight", embedding: true };
export const languageHead: WeightTemplate = {
  name: "lm_head.weight",
  optional: true,
  embedding: true,
  tiedTo: "model.embed_tokens.weight",
};
