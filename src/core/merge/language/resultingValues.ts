import { findArchitecture, layerCountOf } from "../../checkpoint/architectures/registry.ts";
import type { Merge, MergeModule, MergeSlice, MergeSource } from "../config/merge.ts";
import { formatModelReference } from "../../checkpoint/modelReference.ts";
import type { Parameters } from "../config/schema.ts";
import { evaluateSetting, positionInSlice } from "../config/settings.ts";
import type { MergeMethod, ParameterSpec } from "../methods/method.ts";
import type { FactsLookup } from "../../checkpoint/modelFacts.ts";
import { append } from "../../lists.ts";

/** Values of a parameter over the layers of a slice, for tensors that have the same. */
export interface ResultingValue {
  /** Absent for parameters that are one for all models. */
  readonly model?: string;
  /** Layers of the result, half-open; absent where no model tells how many there are. */
  readonly layers?: readonly [start: number, end: number];
  /** For which tensors: parts of names; absent for all. */
  readonly tensors?: string;
  /** One a layer; three positions (first, middle, last) where the number of layers is not known. Undefined: not set. */
  readonly values: readonly (number | undefined)[];
  /** For embeddings, final norm and head: those of the first slice before, those of the last slice after the layers. */
  readonly outside: number | undefined;
}

/** Tensors of a layer that values are told apart for. */
const layerTensors = [
  "input_layernorm",
  "self_attn.q_proj",
  "self_attn.k_proj",
  "self_attn.v_proj",
  "self_attn.o_proj",
  "post_attention_layernorm",
  "mlp.gate_proj",
  "mlp.up_proj",
  "mlp.down_proj",
];

/** Which slice, and which of its sources, a question is about; all of them where nothing is said. */
export interface ValueScope {
  readonly slice?: number;
  readonly model?: string;
}

/**
 * What a parameter comes to in each layer, after gradients, conditions and precedence.
 * @param facts tells the number of layers of a model that is merged whole
 */
export function resultingValues(
  merge: Merge,
  method: MergeMethod,
  spec: ParameterSpec,
  facts: FactsLookup,
  scope: ValueScope = {},
): ResultingValue[] {
  const found: ResultingValue[] = [];
  for (const module of merge.modules) {
    let start: number | undefined = 0;
    for (const [index, slice] of module.slices.entries()) {
      const count = layersOf(slice, facts);
      const layers: ResultingValue["layers"] =
        start === undefined || count === undefined ? undefined : [start, start + count];
      start = layers?.[1];
      if (scope.slice !== undefined && scope.slice !== index) continue;
      append(found, valuesOfSlice({ merge, method, spec, scope }, module, slice, layers));
    }
  }
  return found;
}

/** A parameter of a merge, and where its values are asked for. */
interface ValueQuestion {
  readonly merge: Merge;
  readonly method: MergeMethod;
  readonly spec: ParameterSpec;
  readonly scope: ValueScope;
}

function valuesOfSlice(
  { merge, method, spec, scope }: ValueQuestion,
  module: MergeModule,
  slice: MergeSlice,
  layers: readonly [number, number] | undefined,
): ResultingValue[] {
  const upper = [slice.parameters, module.parameters, merge.parameters];
  if (spec.scope === "shared") return overTensors(spec, upper, layers, undefined);
  const base = slice.base ?? merge.base;
  const baseSource = base && slice.sources.find(({ key }) => key === formatModelReference(base));
  return slice.sources
    .filter((source) => source !== baseSource || method.base === "member")
    .filter(({ key }) => scope.model === undefined || scope.model === key)
    .flatMap((source) => overTensors(spec, [source.parameters, ...upper], layers, source));
}

/** One entry for each group of tensors with the same values. */
function overTensors(
  spec: ParameterSpec,
  levels: readonly (Parameters | undefined)[],
  layers: readonly [number, number] | undefined,
  source: MergeSource | undefined,
): ResultingValue[] {
  const preset =
    typeof spec.default === "number" || typeof spec.default === "boolean" ? Number(spec.default) : undefined;
  const valueOf = (tensor: string, t: number): number | undefined => {
    for (const level of levels) {
      const value = evaluateSetting(level?.[spec.name], tensor, t);
      if (value !== undefined) return value;
    }
    return preset;
  };
  const count = layers === undefined ? 3 : layers[1] - layers[0];
  const first = source?.layers?.[0] ?? layers?.[0] ?? 0;
  const outside = valueOf("model.embed_tokens.weight", 0);
  const groups = new Map<string, { tensors: string[]; values: (number | undefined)[] }>();
  for (const tensor of layerTensors) {
    const values = Array.from({ length: Math.min(count, 10_000) }, (_, k) =>
      valueOf(`model.layers.${first + k}.${tensor}.weight`, positionInSlice(k, count)),
    );
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { tensors: [], values };
    group.tensors.push(tensor);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ tensors, values }) => ({
    ...(source === undefined ? {} : { model: source.key }),
    ...(layers === undefined ? {} : { layers }),
    ...(groups.size === 1 ? {} : { tensors: shortNames(tensors) }),
    values,
    outside,
  }));
}

/** `self_attn` for all four of its projections. */
function shortNames(tensors: readonly string[]): string {
  const modules = ["self_attn", "mlp"].filter((module) => {
    const all = layerTensors.filter((name) => name.startsWith(module));
    return all.every((name) => tensors.includes(name));
  });
  const others = tensors.filter((name) => !modules.some((module) => name.startsWith(`${module}.`)));
  return [...modules, ...others].join(", ");
}

function layersOf(slice: MergeSlice, facts: FactsLookup): number | undefined {
  for (const { layers, reference } of slice.sources) {
    if (layers !== undefined) return Math.max(0, layers[1] - layers[0]);
    const result = facts(reference);
    if (result.state !== "known") continue;
    const count = layerCountOf(
      result.facts.config,
      findArchitecture(result.facts.config, reference.overrideArchitecture),
    );
    if (count !== undefined && count >= 0 && count <= 10_000) return count;
  }
  return undefined;
}

/** `0.00 → 0.32 → 1.00`, or the one value. */
export function valuesText(values: readonly (number | undefined)[]): string {
  const text = (value: number | undefined) => (value === undefined ? "not set" : shortNumber(value));
  if (values.length === 0) return "no layer";
  if (new Set(values.map(text)).size === 1) return text(values[0]);
  const count = Math.min(values.length, values.length > 8 ? 5 : 3);
  const picked = Array.from({ length: count }, (_, k) => values[Math.round((k * (values.length - 1)) / (count - 1))]);
  return picked.map(text).join(" → ");
}

function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return String(value);
  return size >= 0.005 && size < 1e4 ? value.toFixed(2) : value.toPrecision(3);
}
