import type { MergeMethod } from "../../methods/method.ts";
import type { FactsResult, ModelFacts } from "../../../checkpoint/modelFacts.ts";
import { readReference } from "../merge.ts";
import { formatModelReference, type ModelReference } from "../../../checkpoint/modelReference.ts";
import type { MergeConfiguration, Parameters, RawModelReference } from "../schema.ts";
import { pointer } from "../../../yaml/pyYaml.ts";
import { unreadableModel } from "./soundParts.ts";
import type { DiagnosticContext, Reporter } from "./diagnostic.ts";

/** A model at a place of the configuration. */
export interface ModelUse {
  /** Pointer of the entry; its reference is at `path + "/model"`. */
  readonly path: string;
  readonly reference: ModelReference;
  readonly key: string;
  readonly parameters: Parameters | undefined;
  readonly layers: readonly [number, number] | undefined;
}

/** A slice, or the whole of `models`. */
export interface SliceUse {
  readonly path: string;
  /** Pointer of the list of its sources: `…/sources` or `…/models`. */
  readonly sourcesPath: string;
  readonly isModels: boolean;
  readonly sources: readonly ModelUse[];
  readonly parameters: Parameters | undefined;
}

export interface ModuleUse {
  /** Empty, or `/modules/NAME`. */
  readonly path: string;
  readonly name: string;
  readonly slices: readonly SliceUse[];
  readonly parameters: Parameters | undefined;
}

/** A configuration of the right form with the places of its parts, for the rules. */
export interface MergeView {
  readonly configuration: MergeConfiguration;
  readonly method: MergeMethod | undefined;
  readonly base: { readonly reference: ModelReference; readonly key: string } | undefined;
  readonly modules: readonly ModuleUse[];
  readonly context: DiagnosticContext;
  readonly hasTokenizer: boolean;
}

export type Rule = (view: MergeView, reporter: Reporter) => void;

/** Builds the view, reporting references that cannot be read; entries with such a reference are left out. */
export function viewOf(configuration: MergeConfiguration, reporter: Reporter, context: DiagnosticContext): MergeView {
  const read = (raw: RawModelReference, path: string): ModelReference | undefined => {
    if (raw === unreadableModel) return undefined;
    try {
      return readReference(raw);
    } catch (error) {
      const { message } = error as Error;
      reporter.report({ code: "modelReference", severity: "error", message, path });
      return undefined;
    }
  };
  const use = (
    entry: { model: RawModelReference; parameters: Parameters | undefined },
    path: string,
    layers?: readonly [number, number],
  ): ModelUse[] => {
    const reference = read(entry.model, `${path}/model`);
    if (reference === undefined) return [];
    return [{ path, reference, key: formatModelReference(reference), parameters: entry.parameters, layers }];
  };
  const moduleUse = (
    name: string,
    path: string,
    { models, slices, parameters }: Pick<MergeConfiguration, "models" | "slices" | "parameters">,
  ): ModuleUse => {
    const listed = models?.flatMap((entry, index) => use(entry, `${path}/models/${index}`));
    const whole: SliceUse[] =
      listed === undefined
        ? []
        : [{ path, sourcesPath: `${path}/models`, isModels: true, sources: listed, parameters: undefined }];
    const stacked = (slices ?? []).map((slice, index): SliceUse => {
      const at = `${path}/slices/${index}`;
      const sources = slice.sources.flatMap((source, k) => use(source, `${at}/sources/${k}`, source.layer_range));
      return { path: at, sourcesPath: `${at}/sources`, isModels: false, sources, parameters: slice.parameters };
    });
    return { path, name, slices: [...whole, ...stacked], parameters };
  };
  const { modules, models, slices, base_model: rawBase } = configuration;
  const base = rawBase === undefined ? undefined : read(rawBase, "/base_model");
  return {
    configuration,
    method: context.methods.get(configuration.merge_method),
    base: base === undefined ? undefined : { reference: base, key: formatModelReference(base) },
    modules:
      modules === undefined
        ? [moduleUse("default", "", { models, slices, parameters: undefined })]
        : Object.entries(modules).map(([name, module]) => moduleUse(name, pointer(["modules", name]), module)),
    context,
    hasTokenizer: configuration.tokenizer !== undefined || configuration.tokenizer_source !== undefined,
  };
}

/** Every slice of every module. */
export function slicesOf(view: MergeView): SliceUse[] {
  return view.modules.flatMap(({ slices }) => slices);
}

/** Every place where a model is listed, in document order. */
export function modelUses(view: MergeView): ModelUse[] {
  return slicesOf(view).flatMap(({ sources }) => sources);
}

/** The first place of every distinct model among the sources of a slice, without the base model. */
export function othersOf(view: MergeView, slice: SliceUse): ModelUse[] {
  const seen = new Set<string>();
  return slice.sources.filter(({ key }) => {
    if (key === view.base?.key || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function lookUp(view: MergeView, reference: ModelReference): FactsResult {
  if (view.context.mergeNames?.has(reference.model.path) === true) return { state: "unknown" };
  return view.context.facts(reference);
}

export function factsOf(view: MergeView, reference: ModelReference): ModelFacts | undefined {
  const result = lookUp(view, reference);
  return result.state === "known" ? result.facts : undefined;
}

/** Where a model is named: its entry, or `base_model`. */
export function referencePath(use: ModelUse | "base"): string {
  return use === "base" ? "/base_model" : `${use.path}/model`;
}
