import type { ArchitectureWeights, WeightTemplate } from "./architecture.ts";

/** A number between dots: the layer's place in a name. */
const layerNumber = /(^|\.)(\d+)(?=\.)/;
const embeddingName =
  /(?:^|\.)(?:embed_tokens|wte|word_embeddings|embed_in|embed_out|lm_head|output_embeddings)\.weight$/;

export interface InferredArchitecture {
  readonly weights: ArchitectureWeights;
  readonly layers: number;
}

/**
 * Infers the tensors of an architecture that has no table from the names that checkpoints store. The first number
 * of a name is taken for the layer's. What some of the models lack is optional.
 */
export function inferArchitecture(models: readonly ReadonlySet<string>[]): InferredArchitecture {
  const outside = new Map<string, Set<number>>();
  const inside = new Map<string, Set<number>>();
  let layers = 0;
  for (const [model, names] of models.entries()) {
    for (const name of names) {
      const match = layerNumber.exec(name);
      const template =
        match === null
          ? name
          : `${name.slice(0, match.index)}${match[1]}{layer}${name.slice(match.index + match[0].length)}`;
      if (match !== null) layers = Math.max(layers, Number(match[2]) + 1);
      const owners = match === null ? outside : inside;
      owners.set(template, (owners.get(template) ?? new Set()).add(model));
    }
  }
  const templates = (owners: Map<string, Set<number>>): WeightTemplate[] =>
    [...owners].map(([name, { size }]) => ({
      name,
      ...(size < models.length ? { optional: true } : {}),
      ...(embeddingName.test(name) ? { embedding: true } : {}),
    }));
  return { weights: { before: templates(outside), layer: templates(inside), after: [] }, layers };
}
