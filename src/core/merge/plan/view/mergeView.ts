import type { Merge } from "../../config/merge.ts";
import { formatModelReference, type ModelReference } from "../../../checkpoint/modelReference.ts";
import type { MergePlan } from "../mergePlan.ts";
import type { MergeMethod } from "../../methods/method.ts";
import { parameterCurves } from "./curves.ts";
import { decisionsOf, figuresOf, type Resources } from "./figures.ts";
import { describeParameters, elementsOf, layersOf, partsOf, type Part, type PartTensor } from "./partTensors.ts";
import type { MergeView, ViewBlock, ViewFinding, ViewModel } from "./schema.ts";
import { meaningOfShares, sourcesOf } from "./shares.ts";
import type { Sketch } from "./sketch.ts";

/** What is known of a merge besides its plan. */
export interface MergeOutline {
  readonly name: string | undefined;
  readonly method: MergeMethod;
  readonly models: readonly ViewModel[];
  readonly findings: readonly ViewFinding[];
}

/** The view of a merge that could be planned. @param slices layers that each slice gives */
export function plannedView(
  plan: MergePlan,
  slices: readonly number[],
  resources: Resources | undefined,
  outline: MergeOutline,
): MergeView {
  const parts = partsOf(plan.tensors);
  return {
    ...common(parts, plan.tensors, slices, outline),
    state: "planned",
    layersKnown: true,
    figures: figuresOf(plan, parts, resources),
    decisions: decisionsOf(plan),
    findings: [...outline.findings, ...plan.warnings.map((message) => ({ severity: "warning" as const, message }))],
  };
}

/** The view of a merge whose models are missing or do not fit: what its configuration alone tells. */
export function sketchView(sketch: Sketch, outline: MergeOutline): MergeView {
  const parts = partsOf(sketch.tensors);
  const view = common(parts, sketch.tensors, sketch.slices, outline);
  const layersKnown = sketch.layers !== undefined;
  return {
    ...view,
    blocks: layersKnown
      ? view.blocks
      : [...view.blocks.filter(({ kind }) => kind === "tensor"), everyLayer(parts, outline)].sort(byPlace),
    state: "sketch",
    layersKnown,
    figures: sketch.layers === undefined ? [] : [{ name: "layers", value: String(sketch.layers) }],
    decisions: [],
  };
}

/** Nothing can be shown but why. */
export function failedView(outline: Omit<MergeOutline, "method"> & { readonly method: string }): MergeView {
  return {
    name: outline.name ?? null,
    method: outline.method,
    summary: "",
    state: "failed",
    models: [...outline.models],
    shares: "equal",
    blocks: [],
    layersKnown: false,
    sliceStarts: [],
    curves: [],
    constants: [],
    figures: [],
    decisions: [],
    findings: [...outline.findings],
  };
}

function common(
  parts: readonly Part[],
  tensors: readonly PartTensor[],
  slices: readonly number[],
  { name, method, models, findings }: MergeOutline,
) {
  const starts = slices.map((_, index) => slices.slice(0, index).reduce((sum, count) => sum + count, 0));
  const sliceOf = (layer: number) => starts.findLastIndex((start) => start <= layer);
  const last = slices.length - 1;
  const { curves, constants } = parameterCurves(parts, method, (model) => models[model]!.name);
  return {
    name: name ?? null,
    method: method.name,
    summary: method.summary,
    models: [...models],
    shares: meaningOfShares(method),
    blocks: parts.map((part, index) => {
      const slice = part.layer !== undefined ? sliceOf(part.layer) : index === 0 ? 0 : last;
      return blockOf(part, method, slices.length === 0 ? null : slice);
    }),
    sliceStarts: starts.slice(1).filter((start) => start < layersOf(parts).length),
    curves,
    constants: [
      ...constants,
      ...outsideValues(
        tensors,
        method,
        curves.length > 0,
        models.map((model) => model.name),
      ),
    ],
    findings: [...findings],
  };
}

/** Gradients do not reach what stands outside of the layers: its value is worth saying. */
function outsideValues(
  tensors: readonly PartTensor[],
  method: MergeMethod,
  varies: boolean,
  names: readonly string[],
): MergeView["constants"] {
  if (!varies) return [];
  return partsOf(tensors)
    .filter(({ kind }) => kind === "tensor")
    .flatMap((part) => {
      const shared = describeParameters(
        part.tensors.map(({ parameters }) => parameters),
        method,
      );
      const own = sourcesOf(part, method).map(({ model, parameters }) =>
        parameters === "" ? "" : `${names[model]!}: ${parameters}`,
      );
      const value = [shared, ...own].filter((text) => text !== "").join("; ");
      return value === "" ? [] : [{ name: part.name, value }];
    });
}

function blockOf(part: Part, method: MergeMethod, slice: number | null): ViewBlock {
  const sizes = part.tensors.map(elementsOf);
  return {
    kind: part.kind,
    name: part.name,
    layer: part.layer ?? null,
    slice,
    sources: sourcesOf(part, method),
    parameters: describeParameters(
      part.tensors.map(({ parameters }) => parameters),
      method,
    ),
    tensors: part.tensors.length,
    elements: sizes.some((size) => size === undefined) ? null : sizes.reduce<number>((sum, size) => sum + size!, 0),
  };
}

/** One block for all layers, where nothing tells how many there are. */
function everyLayer(parts: readonly Part[], { method }: MergeOutline): ViewBlock {
  const layers = layersOf(parts);
  const inputsOf = (tensor: PartTensor) => tensor.inputs.map((input) => ({ ...input, storedName: "" }));
  const tensors = layers.flatMap((layer) => layer.tensors.map((tensor) => ({ ...tensor, inputs: inputsOf(tensor) })));
  return { ...blockOf({ kind: "layer", name: "every layer", layer: undefined, tensors }, method, 0), tensors: 0 };
}

function byPlace(a: ViewBlock, b: ViewBlock): number {
  const rank = ({ kind, name }: ViewBlock) => (kind === "layer" ? 1 : name.includes("embed") ? 0 : 2);
  return rank(a) - rank(b);
}

/** A merge's models as the view lists them. */
export function viewModels(
  { models, base }: Pick<Merge, "models" | "base">,
  describe: (model: ModelReference) => Pick<ViewModel, "state" | "detail">,
): ViewModel[] {
  const baseName = base === undefined ? undefined : formatModelReference(base);
  return models.map((reference) => {
    const name = formatModelReference(reference);
    return { name, role: name === baseName ? "base" : "model", ...describe(reference) };
  });
}
