import { ConfigurationError } from "../../errors.ts";
import type { WorkDtype } from "../../checkpoint/dtype.ts";
import { roundTo } from "../../checkpoint/floats.ts";
import { histogramBytes, randomStateBytes } from "../kernels/kernels.ts";
import type { Kernels, MagnitudeRange } from "../kernels/kernels.ts";
import { elementCount, rowsOfLastDimension } from "./blocks.ts";
import type { Rows } from "./blocks.ts";
import { MagnitudeOrder, nothing } from "./magnitudes.ts";
import type { ForEachBlock, VisitBlock } from "./magnitudes.ts";
import type { ParameterSpec, ParameterValues, TaskOutline } from "./method.ts";
import { densityParameter, numberOf } from "./parameters.ts";

/** The differences of one model from the base, on which a sparsifier works. */
export interface DeltaStream {
  /** Name of the tensor and of the model, for messages. */
  readonly tensor: string;
  readonly model: string;
  readonly shape: readonly number[];
  readonly dtype: WorkDtype;
  readonly kernels: Kernels;
  readonly parameters: ParameterValues;
  readonly forEachBlock: ForEachBlock;
  /** Longest block. */
  readonly blockLength: number;
  /** Position in the random stream, for those that draw. */
  readonly random?: { readonly seed: number; readonly offset: number };
}

/** Starts a pass over the tensor: the returned function sets what is dropped to zero, in place, block after block. */
export type StartPass = () => VisitBlock;

/** A rule that drops a part of the differences. */
export interface Sparsifier {
  readonly parameters: readonly ParameterSpec[];
  /** Words that it draws for one model. */
  draws(shape: readonly number[], parameters: ParameterValues): number;
  /** Bytes for one model besides the blocks. */
  memory(shape: readonly number[], blockLength: number): number;
  /** Passes over the inputs that it needs before the one in which it is applied. */
  readonly passes: number;
  /** Rows that must lie in one block. */
  rows?(shape: readonly number[]): Rows;
  /** The dtype in which the sums for `rescale` are taken. */
  scaleDtype(dtype: WorkDtype): WorkDtype;
  prepare(stream: DeltaStream): StartPass;
}

function orderOf({ kernels, dtype, forEachBlock, shape }: DeltaStream): MagnitudeOrder {
  return new MagnitudeOrder(kernels, dtype, forEachBlock, elementCount(shape));
}

function byMagnitude({ kernels, dtype }: DeltaStream, range: MagnitudeRange): StartPass {
  const seen = kernels.memory.allocate(8);
  return () => {
    kernels.memory.u32(seen, 2).fill(0);
    return (block, n) => kernels.keepRange(dtype, block, n, range, seen);
  };
}

/** TIES: keeps the floor(density · n) differences of largest magnitude. */
export const magnitudeSparsifier: Sparsifier = {
  parameters: [densityParameter],
  passes: 1,
  draws: () => 0,
  memory: () => histogramBytes + 64,
  scaleDtype: (dtype) => dtype,
  prepare(stream) {
    const n = elementCount(stream.shape);
    const density = numberOf(stream.parameters, "density");
    const count = Math.floor(density * n);
    if (count <= 0) {
      throw new ConfigurationError(
        `Density ${density} keeps none of the ${n} elements of ${stream.tensor} of ${stream.model}.`,
        { hint: `Use a density of at least ${1 / n} for this tensor.`, place: { field: "density" } },
      );
    }
    return byMagnitude(stream, orderOf(stream).largest(count));
  },
};

/** Breadcrumbs: drops the share gamma of largest magnitude and as many of the smallest as the density demands. */
export const outlierSparsifier: Sparsifier = {
  parameters: [
    densityParameter,
    {
      name: "gamma",
      scope: "model",
      type: "number",
      default: 0.01,
      minimum: 0,
      maximum: 1,
      documentation:
        "Share of the differences with the largest magnitude that is dropped. If it rounds to no element at all, mergekit drops the whole difference, and so does this.",
    },
  ],
  passes: 1,
  draws: () => 0,
  memory: () => histogramBytes + 64,
  scaleDtype: (dtype) => dtype,
  prepare(stream) {
    const n = elementCount(stream.shape);
    const target = Math.floor(numberOf(stream.parameters, "density") * n);
    const outliers = Math.floor(numberOf(stream.parameters, "gamma") * n);
    const smallest = Math.max(0, n - target - outliers);
    const largestDropped = outliers + Math.min(0, n - target - outliers);
    if (largestDropped <= 0) return byMagnitude(stream, nothing);
    const end = n - largestDropped;
    return byMagnitude(stream, orderOf(stream).between(smallest, end));
  },
};

/** torch draws in single precision for F16 on a CPU, and in the dtype itself otherwise. */
const drawDtype = (dtype: WorkDtype): WorkDtype => (dtype === "F16" ? "F32" : dtype);

/** An element stays if its 24-bit word is below this, that is, if u = word · 2^−24 is below the probability. */
const threshold = (probability: number) => Math.min(2 ** 24, Math.max(0, Math.ceil(probability * 2 ** 24)));

/** Words for a block, a state to start from and a state that moves. */
const randomMemory = (blockLength: number) => 2 * (randomStateBytes + 16) + 4 * blockLength + 64;

function byChance(stream: DeltaStream, keep: (block: number, words: number, n: number) => void): StartPass {
  const { kernels, random } = stream;
  if (random === undefined) throw new RangeError(`${stream.tensor} needs random numbers, but no position was given.`);
  const start = kernels.memory.allocate(randomStateBytes);
  const state = kernels.memory.allocate(randomStateBytes);
  const words = kernels.memory.allocate(4 * stream.blockLength + 16);
  kernels.randomAt(random.seed, random.offset, start);
  return () => {
    kernels.copyRandom(start, state);
    return (block, n) => {
      kernels.randomWords(state, words, n);
      keep(block, words, n);
    };
  };
}

/** DARE: keeps every difference with the probability `density`. */
export const randomSparsifier: Sparsifier = {
  parameters: [densityParameter],
  passes: 0,
  draws: (shape) => elementCount(shape),
  memory: (_shape, blockLength) => randomMemory(blockLength),
  scaleDtype: drawDtype,
  prepare(stream) {
    const { kernels, dtype } = stream;
    const probability = roundTo(drawDtype(dtype), numberOf(stream.parameters, "density"));
    const limit = kernels.memory.allocate(16);
    kernels.memory.u32(limit, 1)[0] = threshold(probability);
    return byChance(stream, (block, words, n) => kernels.keepBelow(dtype, block, words, limit, false, n));
  },
};

/** DELLA: keeps a difference with a probability around `density` that grows with the rank of its magnitude in its row. */
export const rankedSparsifier: Sparsifier = {
  parameters: [
    densityParameter,
    {
      name: "epsilon",
      scope: "model",
      type: "number",
      default: 0.15,
      minimum: 0,
      documentation:
        "Half of the span of probabilities: from density − epsilon for the smallest difference of a row to density + epsilon.",
    },
  ],
  passes: 0,
  draws: (shape, parameters) => (numberOf(parameters, "density") > 0 ? elementCount(shape) : 0),
  memory: (shape, blockLength) => randomMemory(blockLength) + 4 * (4 * rowsOfLastDimension(shape).length + 64),
  rows: rowsOfLastDimension,
  scaleDtype: drawDtype,
  prepare(stream) {
    const { kernels, dtype } = stream;
    const density = numberOf(stream.parameters, "density");
    if (density <= 0) return byMagnitude(stream, nothing);
    const { length } = rowsOfLastDimension(stream.shape);
    const thresholds = kernels.memory.allocate(4 * length);
    kernels.memory.u32(thresholds, length).set(rankThresholds(stream, length, density));
    const own = kernels.memory.allocate(4 * length);
    const scratch = kernels.memory.allocate(8 * length);
    const rowBytes = length * (dtype === "F32" ? 4 : 2);
    return byChance(stream, (block, words, n) => {
      for (let row = 0; row * length < n; row++) {
        const at = block + row * rowBytes;
        kernels.thresholdsByRank(dtype, at, length, thresholds, own, scratch);
        kernels.keepBelow(dtype, at, words + row * 4 * length, own, true, length);
      }
    });
  },
};

function rankThresholds(stream: DeltaStream, length: number, density: number): number[] {
  const epsilon = numberOf(stream.parameters, "epsilon");
  if (density + epsilon >= 1 || density - epsilon <= 0) {
    throw new ConfigurationError(
      `density ${density} ± epsilon ${epsilon} of ${stream.model} does not stay between 0 and 1.`,
      { hint: "Choose a smaller epsilon.", place: { field: "epsilon" } },
    );
  }
  if (length < 2) {
    throw new ConfigurationError(`${stream.tensor} has rows of ${length} element, which cannot be ranked.`, {
      hint: "Give this tensor density 1 with a filter.",
      place: { field: "density" },
    });
  }
  const dtype = drawDtype(stream.dtype);
  const round = (value: number) => roundTo(dtype, value);
  const rank = (position: number) => round(round(position) + 1);
  const lowest = rank(0);
  const span = round(rank(length - 1) - lowest);
  return Array.from({ length }, (_, position) => {
    const share = Math.min(1, Math.max(0, round(round(rank(position) - lowest) / span)));
    const above = round(round(share * 2) * Math.fround(epsilon));
    return threshold(round(above + round(density - epsilon)));
  });
}

/** Sum of random words of the models that draw, in their order: what `draws` of a method with this sparsifier returns. */
export function drawsOf(
  sparsifier: Sparsifier,
  outline: Pick<TaskOutline, "shape">,
  parameters: ParameterValues,
): number {
  return numberOf(parameters, "density") >= 1 ? 0 : sparsifier.draws(outline.shape, parameters);
}
