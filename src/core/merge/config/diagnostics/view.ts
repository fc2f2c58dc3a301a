import type { MergeMethod } from "../../methods/method.ts";
import type { FactsResult, ModelFacts } from "../../../checkpoint/modelFacts.ts";
import { readReference } from "../merge.ts";
import { formatModelReference, type ModelReference } from "../../../checkpoint/modelReference.ts";
import type { MergeConfiguration, Parameters, RawModelReference } from "../schema.ts";
import { pointer } from "../../../yaml/yamlStream.ts";
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
  /** Whether it is the base model of its slice. */
  readonly isBase: boolean;
}

/** A base model with the pointer of its reference. */
export interface BaseUse {
  readonly path: string;
  readonly reference: ModelReference;
  readonly key: string;
}

/** A slice, or the whole of `models`. */
export interface SliceUse {
  readonly path: string;
  /** Pointer of the list of its sources: `…/sources` or `…/models`. */
  readonly sourcesPath: string;
  readonly isModels: boolean;
  readonly sources: readonly ModelUse[];
  /** The slice's own `base_model`, or that of the merge. */
  readonly base: BaseUse | undefined;
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
  /** That of the whole merge, which also gives config.json and the tokenizer. */
  readonly base: BaseUse | undefined;
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
    base: BaseUse | undefined,
    layers?: readonly [number, number],
  ): ModelUse[] => {
    const reference = read(entry.model, `${path}/model`);
    if (reference === undefined) return [];
    const key = formatModelReference(reference);
    return [{ path, reference, key, parameters: entry.parameters, layers, isBase: key === base?.key }];
  };
  const readBase = (raw: RawModelReference | undefined, path: string): BaseUse | undefined => {
    const reference = raw === undefined ? undefined : read(raw, path);
    return reference === undefined ? undefined : { path, reference, key: formatModelReference(reference) };
  };
  const { modules, models, slices, base_model: rawBase } = configuration;
  const base = readBase(rawBase, "/base_model");
  const moduleUse = (
    name: string,
    path: string,
    { models, slices, parameters }: Pick<MergeConfiguration, "models" | "slices" | "parameters">,
  ): ModuleUse => {
    const listed = models?.flatMap((entry, index) => use(entry, `${path}/models/${index}`, base));
    const whole: SliceUse[] =
      listed === undefined
        ? []
        : [{ path, sourcesPath: `${path}/models`, isModels: true, sources: listed, base, parameters: undefined }];
    const stacked = (slices ?? []).map((slice, index): SliceUse => {
      const at = `${path}/slices/${index}`;
      const own = readBase(slice.base_model, `${at}/base_model`) ?? base;
      const sources = slice.sources.flatMap((source, k) => use(source, `${at}/sources/${k}`, own, source.layer_range));
      const { parameters } = slice;
      return { path: at, sourcesPath: `${at}/sources`, isModels: false, sources, base: own, parameters };
    });
    return { path, name, slices: [...whole, ...stacked], parameters };
  };
  return {
    configuration,
    method: context.methods.get(configuration.merge_method),
    base,
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

/** The base model of the first slice, which the embeddings come from, or that of the whole merge. */
export function leadingBase(view: MergeView): BaseUse | undefined {
  return slicesOf(view)[0]?.base ?? view.base;
}

/** Every place where a model is listed, in document order. */
export function modelUses(view: MergeView): ModelUse[] {
  return slicesOf(view).flatMap(({ sources }) => sources);
}

/** The first place of every distinct model among the sources of a slice, without its base model. */
export function othersOf({ sources }: SliceUse): ModelUse[] {
  const seen = new Set<string>();
  return sources.filter(({ key, isBase }) => {
    if (isBase || seen.has(key)) return false;
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
