import { ByModel } from "../../../checkpoint/byModel.ts";
import { attentionWeights, gatedMlp, twoNorms } from "../../../checkpoint/architectures/llama.ts";
import { layerName } from "../../../checkpoint/architectures/architecture.ts";
import { readReference, type Merge, type MergeSlice, type MergeSource } from "../../config/merge.ts";
import { formatModelReference, type ModelReference } from "../../../checkpoint/modelReference.ts";
import { positionInSlice } from "../../config/settings.ts";
import type { MergeMethod } from "../../methods/method.ts";
import type { MoeConfiguration } from "../../moe/moeConfiguration.ts";
import { modelParameters, sharedParameters, type TensorPlace } from "../parameters.ts";
import type { PartInput, PartTensor } from "./partTensors.ts";

/** What the configuration alone tells of the result. */
export interface Sketch {
  readonly tensors: readonly PartTensor[];
  /** Undefined where neither a layer range nor a model says how many there are. */
  readonly layers: number | undefined;
  /** Layers that each slice gives. */
  readonly slices: readonly number[];
}

/** Depths that are looked at where the number of layers is not known: gradients are straight between few points. */
const samples = 33;

/** A configuration may claim more; nothing has so many. */
const mostLayers = 2000;

const layerTensors = [...twoNorms, ...attentionWeights, ...gatedMlp].map(({ name }) => name);

/**
 * The result as far as the configuration alone tells it, with the tensors of a usual decoder.
 * @param layersOf number of layers of a model, where it is known
 * @throws ConfigurationError when a parameter that the method needs is missing
 */
export function sketchMerge(
  merge: Merge,
  method: MergeMethod,
  layersOf: (model: ModelReference) => number | undefined,
): Sketch {
  const [module] = merge.modules;
  const indexOf = new ByModel(merge.models.map((reference, index) => [reference, index]));
  const tensors: PartTensor[] = [];
  const counts = module!.slices.map((slice) => sliceLayers(slice, layersOf));
  const known = counts.every((count) => count !== undefined);
  const lengths = counts.map((count) => Math.min(count ?? samples, mostLayers));

  const add = (slice: MergeSlice, t: number, names: (source: MergeSource) => string, name: string): void => {
    const place: TensorPlace = { merge, module: module!, slice, t };
    const base = slice.base ?? merge.base;
    const baseKey = base === undefined ? undefined : formatModelReference(base);
    const inputs = slice.sources.map((source): PartInput => {
      const isBase = source.key === baseKey;
      const storedName = names(source);
      const parameters = modelParameters(method, place, source, storedName, isBase);
      return { model: indexOf.of(source.key), storedName, isBase, parameters };
    });
    tensors.push({ name, inputs, parameters: sharedParameters(method, place, name) });
  };

  const outside = (slice: MergeSlice, name: string) => add(slice, 0, () => name, name);
  outside(module!.slices[0]!, "model.embed_tokens.weight");
  let layer = 0;
  for (const [index, slice] of module!.slices.entries()) {
    for (let k = 0; k < lengths[index]!; k++, layer++) {
      for (const template of layerTensors) {
        const ownName = ({ layers }: MergeSource) => layerName(template, Math.max(0, layers?.[0] ?? 0) + k);
        add(slice, positionInSlice(k, lengths[index]!), ownName, layerName(template, layer));
      }
    }
  }
  const last = module!.slices.at(-1)!;
  for (const name of ["model.norm.weight", "lm_head.weight"]) outside(last, name);
  return { tensors, layers: known ? layer : undefined, slices: lengths };
}

function sliceLayers(
  { sources }: MergeSlice,
  layersOf: (model: ModelReference) => number | undefined,
): number | undefined {
  const ranged = sources.find(({ layers }) => layers !== undefined)?.layers;
  if (ranged !== undefined) return Math.max(0, Math.trunc(ranged[1] - ranged[0]));
  return sources.map(({ reference }) => layersOf(reference)).find((count) => count !== undefined);
}

/** A mixture of experts: everything from the base model but the experts' MLPs. */
export function sketchMoe(
  { experts }: MoeConfiguration,
  models: readonly ModelReference[],
  layersOf: (model: ModelReference) => number | undefined,
): Sketch {
  const keys = models.map(formatModelReference);
  const known = models.map(layersOf).find((count) => count !== undefined);
  const count = Math.min(known ?? 1, mostLayers);
  const copy = (name: string, model: number, storedName = name, scale: number | null = null): PartTensor => ({
    name,
    inputs: [{ model, storedName, isBase: false, parameters: { scale } }],
    parameters: {},
  });
  const tensors = [copy("model.embed_tokens.weight", 0)];
  for (let layer = 0; layer < count; layer++) {
    for (const { name } of [...twoNorms, ...attentionWeights]) tensors.push(copy(layerName(name, layer), 0));
    for (const [index, expert] of experts.entries()) {
      const model = keys.indexOf(formatModelReference(readReference(expert.source_model)));
      for (const { name } of gatedMlp) {
        const stored = layerName(name, layer);
        const scale = name.includes("down_proj") ? (expert.residual_scale ?? null) : null;
        tensors.push(copy(stored.replace("mlp.", `block_sparse_moe.experts.${index}.`), model, stored, scale));
      }
    }
  }
  for (const name of ["model.norm.weight", "lm_head.weight"]) tensors.push(copy(name, 0));
  return { tensors, layers: known, slices: [count] };
}
