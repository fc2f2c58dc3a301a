import { ConfigurationError } from "../../errors.ts";
import {
  distinctReferences,
  formatModelReference,
  type ModelKey,
  parseModelReference,
  type ModelReference,
} from "../../checkpoint/modelReference.ts";
import type { MergeConfiguration, Parameters, RawModelReference, RawOutputSlice, TokenizerBlock } from "./schema.ts";

/** A model in a slice, with the layers that it gives. */
export interface MergeSource {
  readonly reference: ModelReference;
  readonly key: ModelKey;
  /** Half-open; absent: all layers. */
  readonly layers?: readonly [start: number, end: number];
  readonly parameters?: Parameters;
}

/** A block of layers of the result. */
export interface MergeSlice {
  readonly sources: readonly MergeSource[];
  readonly base?: ModelReference;
  readonly parameters?: Parameters;
}

export interface MergeModule {
  readonly name: string;
  /** Whether it was given as `models`: then it spans all layers and config.json keeps its layer count. */
  readonly spansAllLayers: boolean;
  readonly slices: readonly MergeSlice[];
  readonly parameters?: Parameters;
}

export interface TokenRuleSource {
  readonly kind: "model" | "modelToken" | "zero";
  readonly model?: ModelReference;
  readonly token?: string;
  readonly tokenId?: number;
}

export interface TokenizerRequest {
  readonly source: "union" | "base" | ModelReference;
  readonly tokens: ReadonlyMap<string, { readonly source?: TokenRuleSource; readonly force: boolean }>;
  readonly padToMultipleOf?: number;
}

/** A merge configuration in one form, whichever of `models`, `slices` and `modules` it was written in. */
export interface Merge {
  readonly name?: string;
  readonly method: string;
  readonly base?: ModelReference;
  readonly modules: readonly MergeModule[];
  readonly parameters?: Parameters;
  readonly dtype?: string;
  readonly outDtype?: string;
  readonly tokenizer?: TokenizerRequest;
  readonly chatTemplate?: string;
  /** All models, in document order of first mention, the base model first. */
  readonly models: readonly ModelReference[];
}

/**
 * Brings a configuration into one form. The base model is appended to `models` where it is not listed; a model that
 * is listed twice in a slice counts once, with the parameters of its first and the layers of its last entry, as in
 * the reference.
 * @throws ConfigurationError when there is not exactly one definition or a model reference cannot be read
 */
export function normalizeMerge(configuration: MergeConfiguration): Merge {
  const base = configuration.base_model === undefined ? undefined : readReference(configuration.base_model);
  const modules = readModules(configuration, base);
  const tokenizer = readTokenizer(configuration);
  return {
    ...optional("name", configuration.name),
    method: configuration.merge_method,
    ...optional("base", base),
    modules,
    ...optional("parameters", configuration.parameters),
    ...optional("dtype", configuration.dtype),
    ...optional("outDtype", configuration.out_dtype),
    ...optional("tokenizer", tokenizer),
    ...optional("chatTemplate", configuration.chat_template),
    models: distinctModels(base, modules),
  };
}

export function readReference(raw: RawModelReference): ModelReference {
  if (typeof raw === "string") return parseModelReference(raw);
  const readPath = (value: NonNullable<typeof raw.lora>) =>
    typeof value === "string"
      ? parseModelReference(value).model
      : { path: value.path, ...optional("revision", value.revision) };
  return {
    model: readPath(raw.model),
    ...(raw.lora === undefined ? {} : { lora: readPath(raw.lora) }),
    ...optional("overrideArchitecture", raw.override_architecture),
  };
}

function readModules(configuration: MergeConfiguration, base: ModelReference | undefined): MergeModule[] {
  const { models, slices, modules } = configuration;
  const given = [models, slices, modules].filter((value) => value !== undefined && Object.keys(value).length > 0);
  if (given.length !== 1) {
    throw new ConfigurationError("Give exactly one of `models`, `slices` or `modules`.", {
      place: { field: "models" },
    });
  }
  if (modules === undefined) return [readModule("default", { models, slices, parameters: undefined }, base)];
  return Object.entries(modules).map(([name, definition]) => readModule(name, definition, base));
}

function readModule(
  name: string,
  definition: NonNullable<MergeConfiguration["modules"]>[string],
  base: ModelReference | undefined,
): MergeModule {
  const { models, slices, parameters } = definition;
  if (models !== undefined) {
    const sources = models.map((entry) => readSource(entry));
    if (base !== undefined && !sources.some(({ key }) => key === formatModelReference(base))) {
      sources.push({ reference: base, key: formatModelReference(base) });
    }
    return {
      name,
      spansAllLayers: true,
      slices: [{ sources: collapse(sources) }],
      ...optional("parameters", parameters),
    };
  }
  if (slices === undefined) throw new ConfigurationError(`Module ${name} needs \`slices\` or \`models\`.`);
  return { name, spansAllLayers: false, slices: slices.map(readSlice), ...optional("parameters", parameters) };
}

function readSlice(slice: RawOutputSlice): MergeSlice {
  return {
    sources: collapse(slice.sources.map((source) => readSource(source, source.layer_range))),
    ...(slice.base_model === undefined ? {} : { base: readReference(slice.base_model) }),
    ...optional("parameters", slice.parameters),
  };
}

function readSource(
  entry: { model: RawModelReference; parameters?: Parameters | undefined },
  layers?: readonly [number, number],
): MergeSource {
  const reference = readReference(entry.model);
  return {
    reference,
    key: formatModelReference(reference),
    ...optional("layers", layers),
    ...optional("parameters", entry.parameters),
  };
}

function collapse(sources: readonly MergeSource[]): MergeSource[] {
  const byKey = new Map<string, MergeSource>();
  for (const source of sources) {
    const first = byKey.get(source.key);
    byKey.set(source.key, first === undefined ? source : { ...first, ...optional("layers", source.layers) });
  }
  return [...byKey.values()];
}

function readTokenizer(configuration: MergeConfiguration): TokenizerRequest | undefined {
  const { tokenizer, tokenizer_source: source } = configuration;
  if (tokenizer !== undefined && source !== undefined) {
    throw new ConfigurationError("`tokenizer_source` and `tokenizer` exclude each other.");
  }
  if (source !== undefined) return { source: readTokenizerSource(source), tokens: new Map() };
  if (tokenizer === undefined) return undefined;
  const tokens = Object.entries(tokenizer.tokens ?? {}).map(
    ([token, rule]) => [token, { ...readTokenSource(rule?.source), force: rule?.force ?? false }] as const,
  );
  return {
    source: readTokenizerSource(tokenizer.source ?? "union"),
    tokens: new Map(tokens),
    ...optional("padToMultipleOf", tokenizer.pad_to_multiple_of),
  };
}

function readTokenizerSource(source: RawModelReference): TokenizerRequest["source"] {
  return source === "union" || source === "base" ? source : readReference(source);
}

type RawTokenSource = NonNullable<NonNullable<TokenizerBlock["tokens"]>[string]>["source"];

function readTokenSource(source: RawTokenSource): { source?: TokenRuleSource } {
  if (source === undefined) return {};
  if (typeof source === "object" && "kind" in source) {
    if (source.kind === "zero") return { source: { kind: "zero" } };
    const { model, token, token_id: tokenId } = source;
    return {
      source: {
        kind: "modelToken",
        model: readReference(model),
        ...optional("token", token),
        ...optional("tokenId", tokenId),
      },
    };
  }
  return { source: { kind: "model", model: readReference(source) } };
}

function distinctModels(base: ModelReference | undefined, modules: readonly MergeModule[]): ModelReference[] {
  const listed = modules.flatMap(({ slices }) => slices.flatMap(({ sources }) => sources));
  const references = listed.map(({ reference }) => reference);
  return distinctReferences(base === undefined ? references : [base, ...references]);
}

/** An object with the key, or without it when there is no value. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
