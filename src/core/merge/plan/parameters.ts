import { ConfigurationError } from "../../errors.ts";
import type { Merge, MergeModule, MergeSlice, MergeSource } from "../config/merge.ts";
import type { Parameters } from "../config/schema.ts";
import { evaluateSetting } from "../config/settings.ts";
import type { MergeMethod, ParameterSpec, ParameterValue, ParameterValues } from "../methods/method.ts";

/** Where a tensor stands, as far as its parameters depend on it. */
export interface TensorPlace {
  readonly merge: Merge;
  readonly module: MergeModule;
  readonly slice: MergeSlice;
  /** 0 … 1 over the layers of the slice; 0 outside the layers. */
  readonly t: number;
}

/**
 * Parameters of scope `model` for one input. The levels in order: source or model entry, slice, module, top, default.
 * @param tensorName name in this model, which filters are compared with
 */
export function modelParameters(
  method: MergeMethod,
  place: TensorPlace,
  source: MergeSource,
  tensorName: string,
  isBase: boolean,
): ParameterValues {
  const levels = [source.parameters, place.slice.parameters, place.module.parameters, place.merge.parameters];
  const mayLack = isBase && method.base !== "member";
  return resolve(specsOf(method, "model"), levels, { tensorName, t: place.t }, (spec) => {
    if (mayLack) return null;
    throw missing(spec.name, `${source.key}.${tensorName}`);
  });
}

/** Parameters of scope `shared` for one output tensor. */
export function sharedParameters(method: MergeMethod, place: TensorPlace, tensorName: string): ParameterValues {
  const levels = [place.slice.parameters, place.module.parameters, place.merge.parameters];
  return resolve(specsOf(method, "shared"), levels, { tensorName, t: place.t }, (spec) => {
    throw missing(spec.name, tensorName);
  });
}

function specsOf(method: MergeMethod, scope: ParameterSpec["scope"]): readonly ParameterSpec[] {
  return method.parameters.filter((spec) => spec.scope === scope);
}

function resolve(
  specs: readonly ParameterSpec[],
  levels: readonly (Parameters | undefined)[],
  { tensorName, t }: { readonly tensorName: string; readonly t: number },
  whenMissing: (spec: ParameterSpec) => ParameterValue,
): ParameterValues {
  const values: Record<string, ParameterValue> = {};
  for (const spec of specs) {
    let value: number | undefined;
    for (const level of levels) value ??= evaluateSetting(level?.[spec.name], tensorName, t);
    if (value !== undefined) values[spec.name] = convert(spec, value, tensorName);
    else values[spec.name] = spec.default === undefined ? whenMissing(spec) : spec.default;
  }
  return values;
}

function convert(spec: ParameterSpec, value: number, tensorName: string): ParameterValue {
  if (spec.type === "number") return value;
  if (spec.type === "integer" && Number.isInteger(value)) return value;
  if (spec.type === "boolean") return value !== 0;
  throw new ConfigurationError(`\`${spec.name}\` must be a whole number, not ${value} (for ${tensorName}).`, {
    place: { field: spec.name },
  });
}

function missing(name: string, where: string): ConfigurationError {
  return new ConfigurationError(`Missing required parameter ${name} for ${where}.`, {
    hint: `Set \`${name}\` for the model, its slice, or under the top-level \`parameters\`.`,
    place: { field: name },
  });
}
