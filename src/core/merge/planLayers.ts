import type { Column, Table } from "../reports/table.ts";
import { formatModelReference } from "./config/modelReference.ts";
import type { MergePlan, PlannedTensor } from "./mergePlan.ts";

/** What a layer of the result, or a tensor outside of the layers, is made of. */
interface Part {
  /** Undefined for a tensor outside of the layers. */
  readonly layer: number | undefined;
  readonly name: string;
  readonly sources: readonly PartSource[];
  readonly parameters: string;
}

interface PartSource {
  readonly model: number;
  /** Layer of the model; undefined for a tensor outside of its layers. */
  readonly layer: number | undefined;
  readonly parameters: string;
}

const inLayer = /(?:^|\.)(?:layers|h|blocks?)\.(\d+)\./;

/**
 * The result as a stack of layers, with the layers of the models that each is made of and the values of the parameters
 * that hold there, after gradients and filters. Neighbours that are made alike are one row.
 */
export function layerTable(plan: MergePlan): Table {
  const parts = partsOf(plan);
  const runs: Part[][] = [];
  for (const part of parts) {
    const last = runs.at(-1);
    if (last !== undefined && continues(last.at(-1)!, part)) last.push(part);
    else runs.push([part]);
  }
  const shared = parts.some(({ parameters }) => parameters !== "");
  const left = (title: string): Column => ({ title, align: "left" });
  return {
    columns: [left("part of the result"), left("made of"), ...(shared ? [left("parameters")] : [])],
    rows: runs.map((run) => [nameOf(run), sourcesOf(run, plan), ...(shared ? [run[0]!.parameters] : [])]),
    notes: ["A parameter that differs between the tensors of a layer has its least and its greatest value."],
  };
}

/** Layers first, ascending; then what stands outside of them, in the order of the plan. */
function partsOf({ tensors }: MergePlan): Part[] {
  const layers = new Map<number, PlannedTensor[]>();
  const others: Part[] = [];
  for (const tensor of tensors) {
    const layer = layerOf(tensor.name);
    if (layer === undefined) others.push(partOf(undefined, tensor.name, [tensor]));
    else layers.set(layer, [...(layers.get(layer) ?? []), tensor]);
  }
  const stacked = [...layers].sort(([a], [b]) => a - b);
  return [...stacked.map(([layer, of]) => partOf(layer, `layer ${layer}`, of)), ...others];
}

function layerOf(name: string): number | undefined {
  const [, digits] = inLayer.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function partOf(layer: number | undefined, name: string, tensors: readonly PlannedTensor[]): Part {
  const inputs = tensors.flatMap((tensor) => tensor.inputs);
  const places = new Map(
    inputs.map((input) => [`${input.model}:${layerOf(input.storedName)}`, [input.model, layerOf(input.storedName)]]),
  ) as ReadonlyMap<string, readonly [number, number | undefined]>;
  const sources = [...places.values()].map(([model, from]) => {
    const own = inputs.filter((input) => input.model === model && layerOf(input.storedName) === from);
    return { model, layer: from, parameters: describe(own.map(({ parameters }) => parameters)) };
  });
  return { layer, name, sources, parameters: describe(tensors.map(({ parameters }) => parameters)) };
}

/** `t 0.5`, or `t 0.3 to 0.7` where the tensors differ. */
function describe(all: readonly PlannedTensor["parameters"][]): string {
  const names = [...new Set(all.flatMap((parameters) => Object.keys(parameters)))];
  return names
    .flatMap((name) => {
      const values = [...new Set(all.map((parameters) => parameters[name]))].filter(
        (value) => value !== null && value !== undefined,
      );
      const numbers = values.filter((value) => typeof value === "number").sort((a, b) => a - b);
      if (values.length === 0) return [];
      if (numbers.length < values.length) return [`${name} ${values.map(String).join(" or ")}`];
      const ends = [...new Set([numbers[0]!, numbers.at(-1)!])];
      return [`${name} ${ends.map((value) => String(Number(value.toPrecision(4)))).join(" to ")}`];
    })
    .join(", ");
}

function continues(before: Part, part: Part): boolean {
  if (before.layer === undefined || part.layer !== before.layer + 1) return false;
  if (before.parameters !== part.parameters || before.sources.length !== part.sources.length) return false;
  return part.sources.every((source, index) => {
    const last = before.sources[index]!;
    const follows = source.layer === (last.layer === undefined ? undefined : last.layer + 1);
    return source.model === last.model && follows && source.parameters === last.parameters;
  });
}

function nameOf(run: readonly Part[]): string {
  return run.length === 1 ? run[0]!.name : `layers ${run[0]!.layer} to ${run.at(-1)!.layer}`;
}

function sourcesOf(run: readonly Part[], { models }: MergePlan): string {
  return run[0]!.sources
    .map(({ model, layer, parameters }, index) => {
      const last = run.at(-1)!.sources[index]!.layer;
      const range = layer === undefined ? "" : ` ${layer === last ? `layer ${layer}` : `layers ${layer} to ${last}`}`;
      return `${formatModelReference(models[model]!)}${range}${parameters === "" ? "" : ` (${parameters})`}`;
    })
    .join("; ");
}
