import { dtypeBytes, type WorkDtype } from "../../checkpoint/dtype.ts";
import { randomStateBytes } from "../kernels/kernels.ts";
import type { Address, Kernels } from "../kernels/kernels.ts";
import { TensorBlocks, blockMemory, elementCount, rowsOfLastDimension } from "./blocks.ts";
import type { Rows } from "./blocks.ts";
import type { MergeInput, MergeMethod, MergeTask } from "./method.ts";
import { modelsOf, requireBase, wrongCount } from "./parameters.ts";

/** Added to probabilities so that their logarithm exists. */
const smallestProbability = 1e-8;

/** Of larger tensors the quantiles are those of a random sample of this size. */
const sampleSize = 1_000_000;

/** Replaces a row by its softmax. */
function softmax(row: Float32Array): void {
  let largest = -Infinity;
  for (let i = 0; i < row.length; i++) largest = Math.max(largest, row[i]!);
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i] = Math.exp(row[i]! - largest);
  for (let i = 0; i < row.length; i++) row[i] = row[i]! / sum;
}

/** The computation of one tensor. */
class ArceeFusion {
  private readonly task: MergeTask;
  private readonly kernels: Kernels;
  /** The model and the base in the work dtype. */
  private readonly x: Address;
  private readonly baseBlock: Address;
  /** Room for values in the work dtype and in single precision. */
  private readonly work: Address;
  private readonly single: Address;
  private readonly singleBase: Address;
  private readonly randomState: Address;
  private readonly words: Address;
  /** Divergence of every row. */
  private divergences: Float32Array = new Float32Array(0);

  constructor(
    private readonly blocks: TensorBlocks,
    private readonly model: MergeInput,
    private readonly base: MergeInput,
    private readonly rows: Rows,
  ) {
    const { task, kernels } = blocks;
    this.task = task;
    this.kernels = kernels;
    const allocate = (dtype: WorkDtype) => blocks.allocate(dtype);
    const { workDtype } = task;
    [this.x, this.baseBlock, this.work] = [allocate(workDtype), allocate(workDtype), allocate(workDtype)];
    [this.single, this.singleBase] = [allocate("F32"), allocate("F32")];
    this.randomState = kernels.memory.allocate(randomStateBytes);
    this.words = kernels.memory.allocate(4 * sampleSize + 16);
  }

  merge(): void {
    const { kernels } = this;
    const { dtype } = this.blocks;
    this.divergences = this.measure();
    const threshold = this.threshold();
    this.blocks.forEach((start, n) => {
      const scores = this.loadScores(start, n);
      kernels.binary(dtype, "subtract", this.x, this.baseBlock, this.work, n);
      kernels.convert(dtype, "F32", this.work, this.singleBase, n);
      const deltas = kernels.memory.f32(this.singleBase, n);
      for (let i = 0; i < n; i++) if (!(scores[i]! >= threshold)) deltas[i] = 0;
      kernels.convert(dtype, "F32", this.baseBlock, this.single, n);
      kernels.binary("F32", "add", this.single, this.singleBase, this.single, n);
      this.blocks.store(this.single, n, "F32");
    });
  }

  private load(start: number, n: number): void {
    this.blocks.load(this.model, start, n, this.x);
    this.blocks.load(this.base, start, n, this.baseBlock);
  }

  /** The Kullback-Leibler divergence between the softmax of every row and of the base's, raised so that logarithms exist. */
  private measure(): Float32Array {
    const { kernels } = this;
    const { dtype } = this.blocks;
    const { length } = this.rows;
    const result = new Float32Array(this.rows.count);
    this.blocks.forEach((start, n) => {
      this.load(start, n);
      this.toProbabilities(this.x, n);
      this.toProbabilities(this.baseBlock, n);
      kernels.binary(dtype, "divide", this.x, this.baseBlock, this.work, n);
      kernels.convert(dtype, "F32", this.work, this.single, n);
      const ratios = kernels.memory.f32(this.single, n);
      for (let i = 0; i < n; i++) ratios[i] = Math.log(ratios[i]!);
      kernels.convert("F32", dtype, this.single, this.work, n);
      for (let at = 0; at < n; at += length) {
        const offset = at * dtypeBytes[dtype];
        const sum = kernels.dotRounded(dtype, this.x + offset, this.work + offset, length);
        result[(start + at) / length] = this.blocks.round(sum);
      }
    });
    return result;
  }

  private toProbabilities(block: Address, n: number): void {
    const { kernels } = this;
    const { dtype } = this.blocks;
    kernels.convert(dtype, "F32", block, this.single, n);
    const values = kernels.memory.f32(this.single, n);
    for (let at = 0; at < n; at += this.rows.length) softmax(values.subarray(at, at + this.rows.length));
    kernels.convert("F32", dtype, this.single, block, n);
    kernels.scalar(dtype, "add", block, this.blocks.round(smallestProbability), block, n);
  }

  /** Loads a block and returns the scores |x − base| · divergence of its row. */
  private loadScores(start: number, n: number): Float32Array {
    const { kernels, rows } = this;
    const { dtype } = this.blocks;
    this.load(start, n);
    kernels.binary(dtype, "subtract", this.x, this.baseBlock, this.work, n);
    for (let at = 0; at < n; at += rows.length) {
      const block = this.work + at * dtypeBytes[dtype];
      kernels.scalar(dtype, "multiply", block, this.divergences[(start + at) / rows.length]!, block, rows.length);
    }
    kernels.convert(dtype, "F32", this.work, this.single, n);
    const scores = kernels.memory.f32(this.single, n);
    for (let at = 0; at < n; at += rows.length) {
      const sign = this.divergences[(start + at) / rows.length]! < 0 ? -1 : 1;
      for (let i = at; i < at + rows.length; i++) scores[i] = sign * Math.abs(scores[i]!);
    }
    return scores;
  }

  /**
   * Median + 1.5 · (third − first quartile) of the scores, each the lower neighbour of its position. Of a large tensor the
   * median is that of one random sample and the quartiles are those of a second one.
   */
  private threshold(): number {
    const { elements } = this.blocks;
    const first = this.scoresOf(elements > sampleSize ? this.sampleIndexes(elements, 0) : undefined);
    const second = elements > sampleSize ? this.scoresOf(this.sampleIndexes(elements, elements - 1)) : first;
    const round = (value: number) => this.blocks.round(value);
    const range = round(lowerQuantile(second, 0.75) - lowerQuantile(second, 0.25));
    return round(lowerQuantile(first, 0.5) + round(1.5 * range));
  }

  /** The scores at ascending indexes, or all of them, sorted. */
  private scoresOf(indexes: Uint32Array | undefined): Float32Array {
    const scores = new Float32Array(indexes?.length ?? this.blocks.elements);
    let next = 0;
    this.blocks.forEach((start, n) => {
      const block = this.loadScores(start, n);
      if (indexes === undefined) scores.set(block, start);
      else while (next < indexes.length && indexes[next]! < start + n) scores[next] = block[indexes[next++]! - start]!;
    });
    return scores.sort();
  }

  /** The first indexes of the random permutation that torch draws `drawn` words from now, ascending. */
  private sampleIndexes(elements: number, drawn: number): Uint32Array {
    const { random, name } = this.task;
    if (random === undefined) throw new RangeError(`${name} needs random numbers, but no position was given.`);
    const { memory } = this.kernels;
    const [state, words] = [this.randomState, this.words];
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

const blocksHeld = 5;

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
    const rows = rowsOfLastDimension(task.shape);
    const blocks = new TensorBlocks(task, kernels, write, { count: blocksHeld, rows });
    new ArceeFusion(blocks, model, base, rows).merge();
  },
};
