import { roundTo } from "../dtypes.ts";
import { randomStateBytes } from "../kernels/kernels.ts";
import type { Address, Kernels } from "../kernels/kernels.ts";
import { TensorBlocks, blockMemory, elementCount, rowsOfLastDimension } from "./blocks.ts";
import type { Rows } from "./blocks.ts";
import type { MergeInput, MergeMethod, MergeTask, TensorSink } from "./method.ts";
import { modelsOf, requireBase, wrongCount } from "./parameters.ts";

/** Added to probabilities so that their logarithm exists. */
const smallestProbability = 1e-8;

/** Of larger tensors the quantiles are those of a random sample of this size. */
const sampleSize = 1_000_000;

type Round = (value: number) => number;

/** Probabilities of a row's elements by softmax, each raised so that its logarithm exists. */
function probabilities(row: Float32Array, round: Round): Float64Array {
  const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(row, (value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => round(round(power / sum) + round(smallestProbability)));
}

/** Kullback-Leibler divergence between the softmax of two rows. */
function divergence(row: Float32Array, base: Float32Array, round: Round): number {
  const [p, q] = [probabilities(row, round), probabilities(base, round)];
  return round(p.reduce((sum, value, index) => sum + round(value * round(Math.log(round(value / q[index]!)))), 0));
}

/** The computation of one tensor. */
class ArceeFusion {
  readonly #blocks: TensorBlocks;
  readonly #loaded: Address;
  readonly #x: Address;
  readonly #base: Address;
  readonly #scores: Address;
  readonly #randomState: Address;
  readonly #words: Address;
  readonly #round: Round;
  /** Divergence of every row. */
  #rowScores: Float32Array = new Float32Array(0);

  constructor(
    private readonly task: MergeTask,
    private readonly kernels: Kernels,
    write: TensorSink,
    private readonly model: MergeInput,
    private readonly base: MergeInput,
    private readonly rows: Rows,
  ) {
    this.#blocks = new TensorBlocks(task, kernels, write, blocksHeld, rows);
    this.#round = (value) => roundTo(task.workDtype, value);
    this.#loaded = this.#blocks.allocate();
    const allocate = () => this.#blocks.allocate("F32");
    [this.#x, this.#base, this.#scores] = [allocate(), allocate(), allocate()];
    this.#randomState = kernels.memory.allocate(randomStateBytes);
    this.#words = kernels.memory.allocate(4 * sampleSize + 16);
  }

  merge(): void {
    const { kernels } = this;
    this.#rowScores = this.#divergences();
    const threshold = this.#threshold();
    this.#blocks.forEach((start, n) => {
      this.#loadScores(start, n);
      const [x, base, scores] = [this.#x, this.#base, this.#scores].map((block) => kernels.memory.f32(block, n)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      for (let i = 0; i < n; i++) x[i] = base[i]! + (scores[i]! >= threshold ? this.#round(x[i]! - base[i]!) : 0);
      this.#blocks.store(this.#x, n, "F32");
    });
  }

  /** Both tensors as values of the work dtype in single precision. */
  #load(start: number, n: number): void {
    for (const [input, into] of [
      [this.model, this.#x],
      [this.base, this.#base],
    ] as const) {
      this.#blocks.load(input, start, n, this.#loaded);
      this.kernels.convert(this.#blocks.dtype, "F32", this.#loaded, into, n);
    }
  }

  #divergences(): Float32Array {
    const { length } = this.rows;
    const result = new Float32Array(this.rows.count);
    this.#blocks.forEach((start, n) => {
      this.#load(start, n);
      for (let at = 0; at < n; at += length) {
        const row = (block: Address) => this.kernels.memory.f32(block + 4 * at, length);
        result[(start + at) / length] = divergence(row(this.#x), row(this.#base), this.#round);
      }
    });
    return result;
  }

  /** The scores |x − base| · divergence of a block, beside its elements. */
  #loadScores(start: number, n: number): void {
    const { kernels, rows } = this;
    this.#load(start, n);
    kernels.binary("F32", "subtract", this.#x, this.#base, this.#scores, n);
    const scores = kernels.memory.f32(this.#scores, n);
    for (let i = 0; i < n; i++)
      scores[i] = Math.abs(scores[i]!) * this.#rowScores[Math.floor((start + i) / rows.length)]!;
  }

  /**
   * Median + 1.5 · (third − first quartile) of the scores, each the lower neighbour of its position. Of a large tensor the
   * median is that of one random sample and the quartiles are those of a second one.
   */
  #threshold(): number {
    const { elements } = this.#blocks;
    const first = this.#scoresOf(elements > sampleSize ? this.#sampleIndexes(elements, 0) : undefined);
    const second = elements > sampleSize ? this.#scoresOf(this.#sampleIndexes(elements, elements - 1)) : first;
    const round = this.#round;
    const range = round(lowerQuantile(second, 0.75) - lowerQuantile(second, 0.25));
    return round(lowerQuantile(first, 0.5) + round(1.5 * range));
  }

  /** The scores at ascending indexes, or all of them, sorted. */
  #scoresOf(indexes: Uint32Array | undefined): Float32Array {
    const scores = new Float32Array(indexes?.length ?? this.#blocks.elements);
    let next = 0;
    this.#blocks.forEach((start, n) => {
      this.#loadScores(start, n);
      const block = this.kernels.memory.f32(this.#scores, n);
      if (indexes === undefined) scores.set(block, start);
      else while (next < indexes.length && indexes[next]! < start + n) scores[next] = block[indexes[next++]! - start]!;
    });
    return scores.sort();
  }

  /** The first indexes of the random permutation that torch draws `drawn` words from now, ascending. */
  #sampleIndexes(elements: number, drawn: number): Uint32Array {
    const { random, name } = this.task;
    if (random === undefined) throw new RangeError(`${name} needs random numbers, but no position was given.`);
    const { memory } = this.kernels;
    const [state, words] = [this.#randomState, this.#words];
    this.kernels.randomAt(random.seed, random.offset + drawn, state);
    this.kernels.randomWords(state, words, sampleSize);
    /** What stands at the positions that are not where they began. */
    const moved = new Map<number, number>();
    const indexes = memory.u32(words, sampleSize).map((word, i) => {
      const j = i + (word % (elements - i));
      const drawn = moved.get(j) ?? j;
      moved.set(j, moved.get(i) ?? i);
      return drawn;
    });
    return indexes.sort();
  }
}

function lowerQuantile(sorted: Float32Array, share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}

const blocksHeld = 4;

/** Takes over the elements whose change matters most: large, in rows whose distribution changes much. */
export const arceeFusion: MergeMethod = {
  name: "arcee_fusion",
  summary: "Takes over the elements of the other model whose change matters most.",
  models: { minimum: 1, maximum: 1 },
  base: "required",
  parameters: [],
  shapes: "equal",
  promotion: "base",
  resultDtype: "F32",
  passes: () => 4,
  draws: ({ shape }) => (elementCount(shape) > sampleSize ? 2 * (elementCount(shape) - 1) : 0),
  memory: (outline) =>
    blockMemory(outline, blocksHeld, rowsOfLastDimension(outline.shape)) + randomStateBytes + 4 * sampleSize + 64,
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    const base = requireBase(task, "arcee_fusion");
    const [model, ...more] = modelsOf(task.inputs);
    if (model === undefined || more.length > 0) {
      throw wrongCount(task, "arcee_fusion", "the base model and one other", task.inputs.length);
    }
    new ArceeFusion(task, kernels, write, model, base, rowsOfLastDimension(task.shape)).merge();
  },
};
