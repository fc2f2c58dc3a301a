import { dtypeBytes, type WorkDtype } from "../../checkpoint/dtype.ts";
import { roundTo } from "../../checkpoint/floats.ts";
import { allocationBytes } from "../kernels/kernelMemory.ts";
import type { Address, Kernels } from "../kernels/kernels.ts";
import type { MergeInput, MergeTask, TaskOutline, TensorSink } from "./method.ts";

/** Blocks are at most so long; a few of them fit a core's second-level cache together. */
const longestBlock = 65536;
/** All blocks of a task together take at most about so many bytes, unless one row of the tensor needs more. */
const blocksBudget = 16 << 20;

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}

/** A tensor seen as rows: of the last dimension, or of all but the first. */
export interface Rows {
  readonly count: number;
  readonly length: number;
}

export function rowsOfLastDimension(shape: readonly number[]): Rows {
  const length = shape.at(-1) ?? 1;
  return { count: length === 0 ? 0 : elementCount(shape) / length, length };
}

/** A one-dimensional tensor is one row. */
export function rowsOfFirstDimension(shape: readonly number[]): Rows {
  if (shape.length < 2) return { count: 1, length: elementCount(shape) };
  const count = shape[0]!;
  return { count, length: count === 0 ? 0 : elementCount(shape) / count };
}

/** Elements of a block when a method holds `blocks` of them at a time: whole rows, if there are rows. */
export function blockLength(shape: readonly number[], blocks: number, rows?: Rows): number {
  const budget = Math.floor(blocksBudget / (4 * blocks) / 64) * 64;
  const most = Math.max(64, Math.min(longestBlock, budget, Math.ceil(elementCount(shape) / 8) * 8));
  if (rows === undefined || rows.length === 0) return most;
  return rows.length * Math.max(1, Math.min(rows.count, Math.floor(most / rows.length)));
}

/** Kernel memory of `blocks` blocks of single-precision size and the two through which dtypes are converted. */
export function blockMemory(outline: Pick<TaskOutline, "shape">, blocks: number, rows?: Rows): number {
  return (blocks + 2) * allocationBytes(4 * blockLength(outline.shape, blocks, rows));
}

export interface BlocksOptions {
  /** How many blocks the method will allocate. */
  readonly count: number;
  /** Blocks are whole rows, if there are rows. */
  readonly rows?: Rows | undefined;
  /** What the blocks hold; the task's work dtype unless the method knows better. */
  readonly dtype?: WorkDtype;
}

/** Walks over the tensor of a task block by block: reads inputs into kernel memory and writes results from it. */
export class TensorBlocks {
  readonly elements: number;
  readonly length: number;
  readonly dtype: WorkDtype;
  private readonly conversion: Address;

  constructor(
    readonly task: MergeTask,
    readonly kernels: Kernels,
    private readonly write: TensorSink,
    { count, rows, dtype = task.workDtype }: BlocksOptions,
  ) {
    this.elements = elementCount(task.shape);
    this.length = blockLength(task.shape, count, rows);
    this.dtype = dtype;
    this.conversion = kernels.memory.allocate(4 * this.length);
  }

  /** A block of `dtype`, or of four-byte words. */
  allocate(dtype: WorkDtype = this.dtype): Address {
    return this.kernels.memory.allocate(dtypeBytes[dtype] * this.length);
  }

  /** Calls `visit` with the first element and the length of every block, ascending. */
  forEach(visit: (start: number, n: number) => void): void {
    for (let start = 0; start < this.elements; start += this.length) {
      visit(start, Math.min(this.length, this.elements - start));
    }
  }

  /** Reads elements of an input, converted to the blocks' dtype. */
  load(input: MergeInput, start: number, n: number, into: Address): void {
    const { memory } = this.kernels;
    const { source } = input;
    if (source.dtype === this.dtype) {
      source.read(start, memory.bytes(into, n * dtypeBytes[this.dtype]));
    } else if (source.dtype === "F64") {
      this.loadDoubles(input, start, n, into);
    } else {
      source.read(start, memory.bytes(this.conversion, n * dtypeBytes[source.dtype]));
      this.kernels.convert(source.dtype, this.dtype, this.conversion, into, n);
    }
  }

  /** Double precision is rare: it becomes single precision here, and the work dtype by the kernel, as torch does it. */
  private loadDoubles({ source }: MergeInput, start: number, n: number, into: Address): void {
    const doubles = new Float64Array(n);
    source.read(start, new Uint8Array(doubles.buffer));
    this.kernels.memory.f32(this.conversion, n).set(doubles);
    this.kernels.convert("F32", this.dtype, this.conversion, into, n);
  }

  /** Writes the next elements of the result, converted to the task's output dtype. */
  store(from: Address, n: number, dtype: WorkDtype = this.dtype): void {
    const { outputDtype } = this.task;
    let address = from;
    if (dtype !== outputDtype) {
      this.kernels.convert(dtype, outputDtype, from, this.conversion, n);
      address = this.conversion;
    }
    this.write(this.kernels.memory.bytes(address, n * dtypeBytes[outputDtype]));
  }

  /** R: to the nearest value of the work dtype. */
  round(value: number): number {
    return roundTo(this.dtype, value);
  }
}

/** Writes an input as it is, through the work dtype. */
export function copyInput(task: MergeTask, kernels: Kernels, write: TensorSink, input: MergeInput): void {
  const blocks = new TensorBlocks(task, kernels, write, { count: 1 });
  const block = blocks.allocate();
  blocks.forEach((start, n) => {
    blocks.load(input, start, n, block);
    blocks.store(block, n);
  });
}
