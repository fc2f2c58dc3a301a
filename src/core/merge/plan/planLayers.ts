import { textColumn, type Table } from "../../reports/table.ts";
import { formatModelReference } from "../../checkpoint/modelReference.ts";
import type { MergePlan } from "./mergePlan.ts";
import { passthrough } from "../methods/passthrough.ts";
import { mergeMethods } from "../methods/registry.ts";
import { describeParameters, originsOf, partsOf, type Part } from "./view/partTensors.ts";

/** A part of the result in text. */
interface DescribedPart {
  readonly part: Part;
  readonly sources: readonly {
    readonly model: number;
    readonly layer: number | undefined;
    readonly parameters: string;
  }[];
  readonly parameters: string;
}

/**
 * The result as a stack of layers, with the layers of the models that each is made of and the values of the parameters
 * that hold there, after gradients and filters. Neighbours that are made alike are one row.
 */
export function layerTable(plan: MergePlan): Table {
  const parts = describeParts(plan);
  const runs: DescribedPart[][] = [];
  for (const part of parts) {
    const last = runs.at(-1);
    if (last !== undefined && continues(last.at(-1)!, part)) last.push(part);
    else runs.push([part]);
  }
  const shared = parts.some(({ parameters }) => parameters !== "");
  return {
    columns: [
      textColumn("part", "part of the result"),
      textColumn("sources", "made of"),
      ...(shared ? [textColumn("parameters")] : []),
    ],
    rows: runs.map((run) => [nameOf(run), sourcesOf(run, plan), ...(shared ? [run[0]!.parameters] : [])]),
    notes: ["A parameter that differs between the tensors of a layer has its least and its greatest value."],
  };
}

function describeParts({ tensors, method: name }: MergePlan): DescribedPart[] {
  const method = mergeMethods.get(name) ?? passthrough;
  return partsOf(tensors).map((part) => ({
    part,
    sources: originsOf(part).map(({ model, layer, inputs }) => {
      const own = inputs.map(({ parameters }) => parameters);
      return { model, layer, parameters: describeParameters(own, method) };
    }),
    parameters: describeParameters(
      part.tensors.map(({ parameters }) => parameters),
      method,
    ),
  }));
}

function continues(before: DescribedPart, { part, sources, parameters }: DescribedPart): boolean {
  if (before.part.layer === undefined || part.layer !== before.part.layer + 1) return false;
  if (before.parameters !== parameters || before.sources.length !== sources.length) return false;
  return sources.every((source, index) => {
    const last = before.sources[index]!;
    const follows = source.layer === (last.layer === undefined ? undefined : last.layer + 1);
    return source.model === last.model && follows && source.parameters === last.parameters;
  });
}

function nameOf(run: readonly DescribedPart[]): string {
  const [first, last] = [run[0]!.part, run.at(-1)!.part];
  return run.length === 1 ? first.name : `layers ${first.layer} to ${last.layer}`;
}

function sourcesOf(run: readonly DescribedPart[], { models }: MergePlan): string {
  return run[0]!.sources
    .map(({ model, layer, parameters }, index) => {
      const last = run.at(-1)!.sources[index]!.layer;
      const range = layer === undefined ? "" : ` ${layer === last ? `layer ${layer}` : `layers ${layer} to ${last}`}`;
      return `${formatModelReference(models[model]!)}${range}${parameters === "" ? "" : ` (${parameters})`}`;
    })
    .join("; ");
}
