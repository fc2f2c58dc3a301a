import { placeInStack } from "../../../checkpoint/architectures/layerPlace.ts";
import type { MergeMethod } from "../../methods/method.ts";
import type { PlannedInput, PlannedTensor } from "../mergePlan.ts";

/** What the view needs of a tensor of the result; a planned tensor is one. */
export type PartTensor = Pick<PlannedTensor, "name" | "parameters"> & {
  readonly inputs: readonly PartInput[];
  /** Absent in a sketch. */
  readonly shape?: readonly number[];
};

export type PartInput = Pick<PlannedInput, "model" | "storedName" | "isBase" | "parameters">;

/** A layer of the result, or a tensor outside of the layers. */
export interface Part {
  readonly kind: "layer" | "tensor";
  readonly name: string;
  /** Undefined outside of the layers. */
  readonly layer: number | undefined;
  readonly tensors: readonly PartTensor[];
}

/** The stack with the most tensors is what "layer" means; names of the others say which they are. */
function mainStack(tensors: readonly PartTensor[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { name } of tensors) {
    const stack = placeInStack(name)?.stack;
    if (stack !== undefined) counts.set(stack, (counts.get(stack) ?? 0) + 1);
  }
  return [...counts].reduce<readonly [string, number] | undefined>(
    (best, entry) => (best === undefined || entry[1] > best[1] ? entry : best),
    undefined,
  )?.[0];
}

const embedding = /embed|(?:^|\.)wte\.|(?:^|\.)wpe\./;

/** From the input of the model to its output: embeddings, layers, final norm and head. */
export function partsOf(tensors: readonly PartTensor[]): Part[] {
  const main = mainStack(tensors);
  const layers = new Map<string, { readonly layer: number; readonly name: string; readonly tensors: PartTensor[] }>();
  const before: Part[] = [];
  const after: Part[] = [];
  for (const tensor of tensors) {
    const place = placeInStack(tensor.name);
    if (place === undefined) {
      const target = embedding.test(tensor.name) ? before : after;
      target.push({ kind: "tensor", name: tensor.name, layer: undefined, tensors: [tensor] });
      continue;
    }
    const key = `${place.stack}${place.layer}`;
    const name = place.stack === main ? `layer ${place.layer}` : key;
    const part = layers.get(key) ?? { layer: place.layer, name, tensors: [] };
    part.tensors.push(tensor);
    layers.set(key, part);
  }
  const stacked = [...layers.values()].map((part): Part => ({ kind: "layer", ...part }));
  const isMain = ({ name }: Part) => Number(name.startsWith("layer "));
  stacked.sort((a, b) => isMain(a) - isMain(b) || a.name.localeCompare(b.name, "en", { numeric: true }));
  // Names sort heads before norms; a model applies its norm first.
  after.sort((a, b) => Number(/head|output/.test(a.name)) - Number(/head|output/.test(b.name)));
  return [...before, ...stacked, ...after];
}

/** Layers of the main stack alone, in order. */
export function layersOf(parts: readonly Part[]): Part[] {
  return parts.filter(({ kind, name }) => kind === "layer" && name.startsWith("layer "));
}

/** Distinct places that the tensors of a part come from, with their inputs. */
export function originsOf({ tensors }: Part): { model: number; layer: number | undefined; inputs: PartInput[] }[] {
  const origins = new Map<string, { model: number; layer: number | undefined; inputs: PartInput[] }>();
  for (const input of tensors.flatMap((tensor) => tensor.inputs)) {
    const layer = placeInStack(input.storedName)?.layer;
    const key = `${input.model}:${layer}`;
    const origin = origins.get(key) ?? { model: input.model, layer, inputs: [] };
    origin.inputs.push(input);
    origins.set(key, origin);
  }
  return [...origins.values()];
}

/**
 * `weight 0.5, density 0.3 to 0.7`: values, and the least and the greatest where they differ. What has no effect is left
 * out.
 */
export function describeParameters(all: readonly PlannedTensor["parameters"][], method: MergeMethod): string {
  const ignored = new Set(method.parameters.filter((spec) => spec.ignored === true).map(({ name }) => name));
  const names = [...new Set(all.flatMap((parameters) => Object.keys(parameters)))].filter((name) => !ignored.has(name));
  return names
    .flatMap((name) => {
      const values = [...new Set(all.map((parameters) => parameters[name]))].filter(
        (value) => value !== null && value !== undefined,
      );
      const numbers = values.filter((value) => typeof value === "number").sort((a, b) => a - b);
      if (values.length === 0) return [];
      if (numbers.length < values.length) return [`${name} ${values.map(String).join(" or ")}`];
      const ends = [...new Set([numbers[0]!, numbers.at(-1)!].map(formatValue))];
      return [`${name} ${ends.join(" to ")}`];
    })
    .join(", ");
}

/** Four significant digits. */
export function formatValue(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Numbers that a tensor holds; undefined in a sketch. */
export function elementsOf({ shape }: Pick<PartTensor, "shape">): number | undefined {
  return shape?.reduce((product, size) => product * size, 1);
}
