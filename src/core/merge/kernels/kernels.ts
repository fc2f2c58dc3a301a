import type { WorkDtype } from "../../checkpoint/dtype.ts";
import type { KernelMemory } from "./kernelMemory.ts";

/** Address of a block of elements in the linear memory. */
export type Address = number;

export type Operation = "add" | "subtract" | "multiply" | "divide";

/** At most so many models can be combined in one call. */
export const maximumModels = 1024;

/** Bytes of the state of one random generator. */
export const randomStateBytes = 2560;

/** Bytes of the counters of `histogram16`, `histogramHigh` (a quarter of it) and `histogramLow` (half of it). */
export const histogramBytes = 4 * 32768 * 4;

/**
 * The magnitudes to keep, in ascending stable order: all strictly between `lower` and `upper` (bit patterns without the sign),
 * of those equal to `lower` the ones with ordinals in [lowerFrom, lowerTo), of those equal to `upper` the first `upperTo`.
 */
export interface MagnitudeRange {
  readonly lower: number;
  readonly lowerFrom: number;
  readonly lowerTo: number;
  readonly upper: number;
  readonly upperTo: number;
}

export interface WeightedSumOptions {
  /** Round every product, and the sum before the division, to the dtype; otherwise only the result is rounded. */
  readonly roundProducts: boolean;
  readonly divisor?: number;
}

export interface AddDeltasOptions {
  readonly divisor?: number;
  readonly lambda: number;
}

export interface AddAgreeingOptions {
  /** Divide by the sum of the weights that agree. */
  readonly divide: boolean;
  readonly lambda: number;
}

/**
 * Elementwise and reducing operations on blocks of tensors in one linear memory. R() is rounding to the work dtype,
 * to nearest, ties to even; arithmetic is in single precision before. In-place use (`out` equal to an
 * input) is allowed. Blocks may be read up to 15 bytes past their end. Sums over elements are in double precision, four
 * lanes by index modulo four, added as (0 + 2) + (1 + 3).
 */
export interface Kernels {
  readonly memory: KernelMemory;

  /** Changes the dtype, rounding once. The blocks must not overlap. */
  convert(from: WorkDtype, to: WorkDtype, source: Address, out: Address, n: number): void;
  /** out = R(a ∘ b). */
  binary(dtype: WorkDtype, operation: Operation, a: Address, b: Address, out: Address, n: number): void;
  /** out = R(a ∘ value), with the value in single precision. */
  scalar(dtype: WorkDtype, operation: Operation, a: Address, value: number, out: Address, n: number): void;

  /** out = R(R(Σ R(w·x)) / divisor). */
  weightedSum(
    dtype: WorkDtype,
    blocks: readonly Address[],
    weights: readonly number[],
    out: Address,
    n: number,
    options: WeightedSumOptions,
  ): void;
  /** out = R(base + R(lambda · R(R(Σ R(w·delta)) / divisor))). */
  addDeltas(
    dtype: WorkDtype,
    deltas: readonly Address[],
    weights: readonly number[],
    base: Address,
    out: Address,
    n: number,
    options: AddDeltasOptions,
  ): void;
  /** As `addDeltas`, of those weighted deltas only whose sign is that of their sum (positive if it is zero). */
  addAgreeingDeltas(
    dtype: WorkDtype,
    deltas: readonly Address[],
    weights: readonly number[],
    base: Address,
    out: Address,
    n: number,
    options: AddAgreeingOptions,
  ): void;

  /** Σ |a|. */
  sumAbsolute(dtype: WorkDtype, a: Address, n: number): number;
  /** Σ a · b. */
  dot(dtype: WorkDtype, a: Address, b: Address, n: number): number;
  /** Σ R(a · b). */
  dotRounded(dtype: WorkDtype, a: Address, b: Address, n: number): number;
  /** sums[i] += a[i] · b[i] (or R of it); `sums` are doubles with room for n rounded up to a multiple of four. */
  dotColumns(dtype: WorkDtype, a: Address, b: Address, sums: Address, n: number, rounded: boolean): void;

  /** Counts the magnitudes of a 16-bit dtype in four tables of 32768 counters that are to be added up. */
  histogram16(a: Address, n: number, tables: Address): void;
  /** Counts the upper 15 bits of F32 magnitudes in 32768 counters. */
  histogramHigh(a: Address, n: number, table: Address): void;
  /** Counts, in 65536 counters, the lower 16 bits of those F32 magnitudes whose upper 15 bits are `high`. */
  histogramLow(a: Address, n: number, high: number, table: Address): void;
  /**
   * Sets to zero, in place, what lies outside the range; a non-finite element outside becomes NaN, as times zero.
   * `seen` (two 32-bit counters, zero at the start of a tensor) carries the ordinals of ties from block to block.
   */
  keepRange(dtype: WorkDtype, a: Address, n: number, range: MagnitudeRange, seen: Address): void;
  /** Sets to zero, in place, the elements where `mask` is zero. */
  keepWhere(dtype: WorkDtype, a: Address, mask: Address, n: number): void;

  /** Puts a generator that stands `offset` words behind its seed at `state`. Fast for ascending offsets of one seed. */
  randomAt(seed: number, offset: number, state: Address): void;
  copyRandom(from: Address, to: Address): void;
  skipRandom(state: Address, count: number): void;
  /** The next `n` words of MT19937; up to three more are overwritten. */
  randomWords(state: Address, out: Address, n: number): void;
  /**
   * Sets to zero, in place, the elements whose word (its lower 24 bits) is not below the 32-bit threshold at `thresholds`, or
   * with `each` not below its own one there. A non-finite element that goes becomes NaN.
   */
  keepBelow(dtype: WorkDtype, a: Address, words: Address, thresholds: Address, each: boolean, n: number): void;
  /** out[i] = thresholds[rank of |a[i]|], ascending, at equal magnitude by index; `scratch` holds 2·n 32-bit words. */
  thresholdsByRank(dtype: WorkDtype, a: Address, n: number, thresholds: Address, out: Address, scratch: Address): void;

  /** out = R(R(s·other) + R(R(1 − s)·base)), s = clamp(R(t·R(1 / max(R|base − other|, floor))), 0, 1). */
  nearswap(
    dtype: WorkDtype,
    base: Address,
    other: Address,
    out: Address,
    n: number,
    options: { readonly t: number; readonly floor: number },
  ): void;
  /** Adds to the 32-bit counts[2·model] the active (|delta| > epsilon) elements shared with others, to [2·model + 1] the rest. */
  countActive(dtype: WorkDtype, deltas: readonly Address[], n: number, epsilon: number, counts: Address): void;
  /**
   * out = R(base + Σ of active deltas), each R(delta / number of active models), or times its factor where one alone is active.
   * With `single` sum and output are F32.
   */
  addActive(
    dtype: WorkDtype,
    deltas: readonly Address[],
    factors: readonly number[],
    base: Address,
    out: Address,
    n: number,
    options: { readonly epsilon: number; readonly single: boolean },
  ): void;
  /** out = R(population variance over the blocks). */
  variance(dtype: WorkDtype, blocks: readonly Address[], out: Address, n: number): void;
  /** out = R(base + R(R(Σ R(w·delta)) / max(R(Σ w), floor))) over the deltas whose sign is that of their plain sum. */
  addElected(
    dtype: WorkDtype,
    deltas: readonly Address[],
    weights: readonly number[],
    base: Address,
    out: Address,
    n: number,
    floor: number,
  ): void;
}
