import { ConfigurationError } from "../../errors.ts";
import type { WorkDtype } from "../../checkpoint/dtype.ts";
import { roundTo } from "../../checkpoint/floats.ts";
import type { MergeInput, MergeTask, ParameterSpec, ParameterValues, TaskOutline } from "./method.ts";

/** A number that the configuration or the method's default provides. */
export function numberOf(values: ParameterValues, name: string): number {
  const value = values[name];
  if (typeof value === "number") return value;
  throw new ConfigurationError(`The parameter ${name} has no number.`, { place: { field: name } });
}

export function booleanOf(values: ParameterValues, name: string): boolean {
  return values[name] === true;
}

export function baseOf<T extends { readonly isBase: boolean }>(inputs: readonly T[]): T | undefined {
  return inputs.find((input) => input.isBase);
}

export function modelsOf<T extends { readonly isBase: boolean }>(inputs: readonly T[]): T[] {
  return inputs.filter((input) => !input.isBase);
}

/** @throws ConfigurationError if the tensor is absent from the base model. */
export function requireBase(task: MergeTask, method: string): MergeInput {
  const base = baseOf(task.inputs);
  if (base !== undefined) return base;
  throw new ConfigurationError(`${method} needs ${task.name} in the base model, which does not have it.`, {
    hint: "Choose a base model with the tensors of the others.",
    place: { field: task.name },
  });
}

export function wrongCount(task: Pick<TaskOutline, "name">, method: string, expected: string, actual: number): Error {
  return new ConfigurationError(`${method} merges ${expected}; ${task.name} is in ${actual}.`, {
    hint: "List the models that the method needs, all of which have this tensor.",
    place: { field: task.name },
  });
}

/** The `weight` of every model, rounded to the dtype as torch does when it makes a tensor of them. */
export function weightsOf(inputs: readonly MergeInput[], dtype: WorkDtype): number[] {
  return inputs.map((input) => roundTo(dtype, numberOf(input.parameters, "weight")));
}

/**
 * R(Σ weights) as torch adds a short contiguous vector in single precision: four lanes by index modulo four, the rest
 * into the first, then the lanes in order.
 */
export function sumOfWeights(weights: readonly number[], dtype: WorkDtype): number {
  const lanes = [0, 0, 0, 0];
  const whole = weights.length - (weights.length % 4);
  for (const [index, weight] of weights.entries()) {
    const lane = index < whole ? index % 4 : 0;
    lanes[lane] = Math.fround(lanes[lane]! + weight);
  }
  return roundTo(
    dtype,
    lanes.reduce((sum, lane) => Math.fround(sum + lane)),
  );
}

export const weightParameter: ParameterSpec = {
  name: "weight",
  scope: "model",
  type: "number",
  documentation: "Relative weight of the model; a negative one moves away from it.",
};

export const densityParameter: ParameterSpec = {
  name: "density",
  scope: "model",
  type: "number",
  default: 1,
  minimum: 0,
  maximum: 1,
  documentation: "Share of the differences from the base model that is kept; 1 keeps all.",
};

export const lambdaParameter: ParameterSpec = {
  name: "lambda",
  scope: "shared",
  type: "number",
  default: 1,
  documentation: "Factor of the combined difference before it is added to the base model.",
};

export const int8MaskParameter: ParameterSpec = {
  name: "int8_mask",
  scope: "shared",
  type: "boolean",
  default: false,
  ignored: true,
  documentation: "Accepted for compatibility; it changes nothing in the result.",
};

export function normalizeParameter({ byDefault }: { readonly byDefault: boolean }): ParameterSpec {
  return {
    name: "normalize",
    scope: "shared",
    type: "boolean",
    default: byDefault,
    documentation: "Divide by the sum of the weights that take part.",
  };
}

export function rescaleParameter({
  byDefault,
  ignored,
}: {
  readonly byDefault: boolean;
  readonly ignored: boolean;
}): ParameterSpec {
  return {
    name: "rescale",
    scope: "shared",
    type: "boolean",
    default: byDefault,
    ignored,
    documentation: "After differences were dropped, scale the rest so that the sum of their absolute values stays.",
  };
}
