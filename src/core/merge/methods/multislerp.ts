import { ConfigurationError } from "../../errors.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { sumOverModels } from "../kernels/sums.ts";
import { TensorBlocks, blockMemory, copyInput } from "./blocks.ts";
import type { MergeInput, MergeMethod, MergeTask, TensorSink } from "./method.ts";
import {
  baseOf,
  booleanOf,
  modelsOf,
  numberOf,
  sumOfWeights,
  weightParameter,
  weightsOf,
  wrongCount,
} from "./parameters.ts";

/**
 * The weighted mean of directions on the sphere, found by one step from their normalised linear mean along the tangent, at the
 * weighted mean of the lengths. Five passes, of which each needs a number that the one before found. Where the mean of two
 * directions vanishes, or nothing differs from the base, the weighted sum takes its place.
 */
function mergeOnSphere(
  task: MergeTask,
  kernels: Kernels,
  write: TensorSink,
  models: readonly MergeInput[],
  base: MergeInput | undefined,
): void {
  const blocks = new TensorBlocks(task, kernels, write, { count: models.length + 4 });
  const { dtype } = blocks;
  const round = (value: number) => blocks.round(value);
  const vectors = models.map(() => blocks.allocate());
  const [mean, tangent, scratch, baseBlock] = [
    blocks.allocate(),
    blocks.allocate(),
    blocks.allocate(),
    blocks.allocate(),
  ];
  const weights = modelWeights(task, models, round, dtype);
  const epsilon = round(numberOf(task.parameters, "eps"));

  const load = (start: number, n: number) => {
    if (base !== undefined) blocks.load(base, start, n, baseBlock);
    for (const [index, model] of models.entries()) {
      blocks.load(model, start, n, vectors[index]!);
      if (base !== undefined) kernels.binary(dtype, "subtract", vectors[index]!, baseBlock, vectors[index]!, n);
    }
  };
  /** Each term, summed over a pass in which `compute` fills the blocks. */
  const sums = (compute: (start: number, n: number) => void, terms: readonly ((n: number) => number)[]) => {
    const totals = terms.map(() => 0);
    blocks.forEach((start, n) => {
      compute(start, n);
      for (const [index, term] of terms.entries()) totals[index]! += term(n);
    });
    return totals;
  };
  const store = (n: number) => {
    if (base !== undefined) kernels.binary(dtype, "add", mean, baseBlock, mean, n);
    blocks.store(mean, n);
  };
  const square = (block: number) => (n: number) => kernels.dot(dtype, block, block, n);

  const norms = sums(load, vectors.map(square)).map((sum) => round(Math.sqrt(sum)));
  const loadMean = (start: number, n: number) => {
    load(start, n);
    for (const [index, vector] of vectors.entries()) {
      kernels.scalar(dtype, "divide", vector, round(norms[index]! + epsilon), vector, n);
    }
    kernels.weightedSum(dtype, vectors, weights, mean, n, { roundProducts: true });
  };
  const length = round(Math.sqrt(sums(loadMean, [square(mean)])[0]!));
  if (length < numberOf(task.parameters, "eps")) {
    if (models.length > 2 && norms.some((norm) => norm > 0)) throw cancelled(task);
    blocks.forEach((start, n) => {
      load(start, n);
      kernels.weightedSum(dtype, vectors, weights, mean, n, { roundProducts: true });
      store(n);
    });
    return;
  }
  const loadDirection = (start: number, n: number) => {
    loadMean(start, n);
    kernels.scalar(dtype, "divide", mean, length, mean, n);
  };
  const products = vectors.map((vector) => (n: number) => kernels.dotRounded(dtype, vector, mean, n));
  const projections = sums(loadDirection, products).map(round);
  const loadTangent = (start: number, n: number) => {
    loadDirection(start, n);
    for (const [index, vector] of vectors.entries()) {
      kernels.scalar(dtype, "multiply", mean, projections[index]!, scratch, n);
      kernels.binary(dtype, "subtract", vector, scratch, vector, n);
    }
    kernels.weightedSum(dtype, vectors, weights, tangent, n, { roundProducts: true });
  };
  const angle = round(round(Math.sqrt(sums(loadTangent, [square(tangent)])[0]!)) + epsilon);
  const cosine = round(Math.cos(angle));
  const sine = round(round(Math.sin(angle)) / angle);
  const scale = round(sumOverModels(norms.map((norm, index) => round(norm * weights[index]!))));
  blocks.forEach((start, n) => {
    loadTangent(start, n);
    kernels.scalar(dtype, "multiply", mean, cosine, mean, n);
    kernels.scalar(dtype, "multiply", tangent, sine, tangent, n);
    kernels.binary(dtype, "add", mean, tangent, mean, n);
    kernels.scalar(dtype, "multiply", mean, scale, mean, n);
    store(n);
  });
}

function modelWeights(
  task: MergeTask,
  models: readonly MergeInput[],
  round: (value: number) => number,
  dtype: TensorBlocks["dtype"],
): number[] {
  const weights = weightsOf(models, dtype);
  if (!booleanOf(task.parameters, "normalize_weights")) return weights;
  const sum = sumOfWeights(weights, dtype);
  return weights.map((weight) => round(weight / sum));
}

function cancelled(task: MergeTask): ConfigurationError {
  return new ConfigurationError(`The weighted directions of the models cancel each other out in ${task.name}.`, {
    hint: "Change the weights; models that point in opposite directions have no mean on the sphere.",
    place: { field: task.name },
  });
}

/** Spherical interpolation between any number of models. */
export const multislerp: MergeMethod = {
  name: "multislerp",
  summary: "Spherical interpolation between any number of models, or of their differences from a base model.",
  models: { minimum: 1, maximum: 1000 },
  base: "optional",
  parameters: [
    weightParameter,
    {
      name: "normalize_weights",
      scope: "shared",
      type: "boolean",
      default: true,
      documentation: "Divide the weights by their sum.",
    },
    {
      name: "eps",
      scope: "shared",
      type: "number",
      default: 1e-8,
      minimum: 0,
      documentation: "Added to lengths before they divide; directions shorter than this are an error.",
    },
  ],
  shapes: "equal",
  promotion: "all",
  passes: () => 5,
  draws: () => 0,
  memory: (outline) => blockMemory(outline, outline.inputs.length + 4),
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    const models = modelsOf(task.inputs);
    const [only, ...more] = models;
    if (only === undefined) throw wrongCount(task, "multislerp", "at least one model besides the base", 1);
    if (more.length === 0) copyInput(task, kernels, write, only);
    else mergeOnSphere(task, kernels, write, models, baseOf(task.inputs));
  },
};
