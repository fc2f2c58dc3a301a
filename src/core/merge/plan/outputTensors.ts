import { DataError, ConfigurationError } from "../../errors.ts";
import { append } from "../../lists.ts";
import {
  layerName,
  type ArchitectureWeights,
  type WeightTemplate,
} from "../../checkpoint/architectures/architecture.ts";
import type { Merge, MergeModule, MergeSlice, MergeSource } from "../config/merge.ts";
import { positionInSlice } from "../config/settings.ts";
import { pairModules, type ArchitectureModule, type MergeArchitecture } from "./mergeArchitecture.ts";
import type { ModelFacts } from "../../checkpoint/modelFacts.ts";
import type { ByModel } from "../../checkpoint/byModel.ts";
import type { ModelKey } from "../../checkpoint/modelReference.ts";
import type { TensorPlace } from "./parameters.ts";

/** A tensor of the result, and the stored tensors of the models that it is made from. */
export interface OutputTensor {
  readonly name: string;
  readonly isEmbedding: boolean;
  readonly place: TensorPlace;
  readonly inputs: readonly OutputTensorInput[];
}

export interface OutputTensorInput {
  readonly source: MergeSource;
  /** Name by the table of the architecture, with this model's own layer number: what filters see. */
  readonly name: string;
  /** Name in the model's files. */
  readonly storedName: string;
}

/**
 * Every tensor of the result with its sources, in the order of the model: before the layers (from the first slice),
 * layers, after the layers (from the last slice).
 * @throws DataError when a model lacks a tensor that its architecture needs; ConfigurationError on layer ranges that do not fit
 */
export function listOutputTensors(
  merge: Merge,
  architecture: MergeArchitecture,
  facts: ByModel<ModelFacts>,
): OutputTensor[] {
  return pairModules(merge, architecture).flatMap(({ wanted, module }) => {
    const resolver = new TensorResolver(merge, wanted, module, facts);
    const first = wanted.slices[0]!;
    const last = wanted.slices.at(-1)!;
    // The reference pairs the sources of the last slice with those of the first, which drops the surplus.
    const closing = { ...last, sources: last.sources.slice(0, first.sources.length) };
    const tensors = resolver.outsideLayers(first, "before");
    let outputLayer = 0;
    for (const slice of wanted.slices) {
      const count = sliceLength(slice, module);
      for (let k = 0; k < count; k++) append(tensors, resolver.layer(slice, k, count, outputLayer++));
    }
    return [...tensors, ...resolver.outsideLayers(closing, "after")];
  });
}

/** Layers that a slice adds to the result. @throws ConfigurationError when its sources do not agree or lack layers */
export function sliceLength(slice: MergeSlice, module: Pick<ArchitectureModule, "layersOf">): number {
  const ranges = slice.sources.map(({ key, layers }) => {
    const available = module.layersOf(key);
    const [start, end] = layers ?? [0, available];
    if (start < 0 || end > available) {
      throw new ConfigurationError(
        `layer_range [${start}, ${end}] does not fit ${key}, which has layers 0 to ${available - 1} (the end is exclusive).`,
        { place: { field: "layer_range" } },
      );
    }
    // A range that ends before it starts adds nothing; the configuration is warned about before.
    return { key, length: Math.max(0, end - start) };
  });
  const different = ranges.find(({ length }) => length !== ranges[0]!.length);
  if (different !== undefined) {
    throw new ConfigurationError(
      `All sources of a slice must span the same number of layers: ${ranges[0]!.key} gives ${ranges[0]!.length}, ` +
        `${different.key} gives ${different.length}.`,
      { hint: "Use `slices` with a `layer_range` for each source." },
    );
  }
  return ranges[0]!.length;
}

class TensorResolver {
  constructor(
    private readonly merge: Merge,
    private readonly wanted: MergeModule,
    private readonly module: ArchitectureModule,
    private readonly facts: ByModel<ModelFacts>,
  ) {}

  outsideLayers(slice: MergeSlice, part: "before" | "after"): OutputTensor[] {
    return this.resolve(slice, 0, part, () => 0, 0);
  }

  layer(slice: MergeSlice, k: number, count: number, outputLayer: number): OutputTensor[] {
    const layerOf = (source: MergeSource) => (source.layers?.[0] ?? 0) + k;
    return this.resolve(slice, positionInSlice(k, count), "layer", layerOf, outputLayer);
  }

  private resolve(
    slice: MergeSlice,
    t: number,
    part: keyof ArchitectureWeights,
    layerOf: (source: MergeSource) => number,
    outputLayer: number,
  ): OutputTensor[] {
    const place: TensorPlace = { merge: this.merge, module: this.wanted, slice, t };
    const templates = this.module.weightsOf(slice.sources[0]!.key)[part];
    return templates.flatMap((template) => {
      const found = slice.sources.map((source) => this.find(source, template, layerOf(source)));
      // Tied embeddings take the head's place only if some model has a head of its own.
      const stored = found.some((input) => input !== undefined && input.isOwn);
      const inputs = found.filter((input) => input !== undefined).map(({ input }) => input);
      if (!stored || inputs.length === 0) return [];
      const name = layerName(template.name, outputLayer);
      return [{ name, isEmbedding: template.embedding === true, place, inputs }];
    });
  }

  private find(
    source: MergeSource,
    template: WeightTemplate,
    layer: number,
  ): { input: OutputTensorInput; isOwn: boolean } | undefined {
    const { tensors } = this.facts.of(source.key);
    const name = layerName(template.name, layer);
    const own = [name, ...(template.aliases ?? []).map((alias) => layerName(alias, layer))].find((n) => tensors.has(n));
    if (own !== undefined) return { input: { source, name, storedName: own }, isOwn: true };
    const tied = template.tiedTo === undefined ? undefined : this.findTied(source.key, template.tiedTo);
    if (tied !== undefined) return { input: { source, name, storedName: tied }, isOwn: false };
    if (template.optional === true) return undefined;
    throw new DataError(`${source.key} lacks the tensor ${name}, which its architecture needs.`, {
      hint: "Compare the checkpoint with its publisher's list of files; a shard may be missing.",
      place: { file: source.key, field: name },
    });
  }

  private findTied(key: ModelKey, templateName: string): string | undefined {
    const { tensors } = this.facts.of(key);
    const template = this.module.weightsOf(key).before.find(({ name }) => name === templateName);
    return [templateName, ...(template?.aliases ?? [])].find((name) => tensors.has(name));
  }
}

/** Stored tensors that no output tensor uses, apart from buffers that models compute themselves. */
export function unusedTensors(
  outputs: readonly OutputTensor[],
  architecture: MergeArchitecture,
  key: ModelKey,
  facts: ModelFacts,
): string[] {
  const known = new Set<string>();
  const add = (template: WeightTemplate, layer: number) => {
    for (const name of [template.name, ...(template.aliases ?? [])]) known.add(layerName(name, layer));
  };
  for (const module of architecture.modules) {
    const { before, layer, after } = module.weightsOf(key);
    for (const template of [...before, ...after]) add(template, 0);
    for (let index = 0; index < module.layersOf(key); index++) for (const template of layer) add(template, index);
  }
  const used = new Set(outputs.flatMap(({ inputs }) => inputs.map(({ storedName }) => storedName)));
  return [...facts.tensors.keys()].filter((name) => !known.has(name) && !used.has(name) && !computedBuffer.test(name));
}

/** Rotary tables and causal masks, which old checkpoints carry along. */
const computedBuffer = /(?:rotary_emb\.inv_freq|\.attn\.(?:bias|masked_bias))$/;
