import type { Address, Kernels } from "../kernels/kernels.ts";
import { dtypeBytes } from "../../checkpoint/dtype.ts";
import { TensorBlocks, blockMemory, copyInput, elementCount, rowsOfLastDimension } from "./blocks.ts";
import type { Rows } from "./blocks.ts";
import type { MergeInput, MergeMethod, TaskOutline } from "./method.ts";
import { baseOf, booleanOf, modelsOf, numberOf, weightParameter, wrongCount } from "./parameters.ts";

/** Norms are at least this long, and sines this large, to be divided by. */
const smallestNorm = 1e-7;
const smallestSine = 1e-8;

/** How two vectors are combined: (first · a + second · b) / sine, or first · a + second · b if there is no sine. */
interface Factors {
  readonly first: number;
  readonly second: number;
  readonly sine?: number;
}

type Round = (value: number) => number;

function factorsOf(product: number, t: number, round: Round): Factors {
  const cosine = Math.min(Math.max(round(product), -1), 1);
  const angle = round(Math.acos(cosine));
  const sine = round(Math.sin(angle));
  if (Math.abs(sine) < smallestSine) return { first: Math.fround(1 - t), second: Math.fround(t) };
  const first = round(Math.sin(round(Math.fround(1 - t) * angle)));
  return { first, second: round(Math.sin(round(Math.fround(t) * angle))), sine };
}

const normOf = (square: number, round: Round) => Math.max(round(Math.sqrt(square)), smallestNorm);

/** Interpolation of two tensors, or of their differences from a base model's, along the arc between vectors. */
class NuSlerp {
  private readonly first: Address;
  private readonly second: Address;
  private readonly third: Address;
  private readonly fourth: Address;
  private readonly baseBlock: Address;
  private readonly round: Round;
  private readonly kernels: Kernels;

  constructor(
    private readonly blocks: TensorBlocks,
    private readonly inputs: readonly [MergeInput, MergeInput],
    private readonly base: MergeInput | undefined,
    private readonly t: number,
  ) {
    this.kernels = blocks.kernels;
    const allocate = () => blocks.allocate();
    [this.first, this.second, this.third, this.fourth, this.baseBlock] = [
      allocate(),
      allocate(),
      allocate(),
      allocate(),
      allocate(),
    ];
    this.round = (value) => this.blocks.round(value);
  }

  /** The whole tensor is one vector. */
  mergeWhole(): void {
    const blocks = this.blocks;
    let [squareA, squareB, product] = [0, 0, 0];
    blocks.forEach((start, n) => {
      this.load(start, n);
      squareA += this.square(this.first, n);
      squareB += this.square(this.second, n);
    });
    blocks.forEach((start, n) => {
      this.load(start, n);
      product += this.product(this.first, this.second, squareA, squareB, n);
    });
    const factors = factorsOf(product, this.t, this.round);
    blocks.forEach((start, n) => {
      this.load(start, n);
      this.combine(this.first, this.second, factors, n);
      this.store(n);
    });
  }

  /** Every row, along the last dimension, is a vector. */
  mergeRows({ length }: Rows): void {
    const blocks = this.blocks;
    blocks.forEach((start, n) => {
      this.load(start, n);
      for (let row = 0; row * length < n; row++) {
        const offset = row * length * dtypeBytes[blocks.dtype];
        const [a, b] = [this.first + offset, this.second + offset];
        const product = this.product(a, b, this.square(a, length), this.square(b, length), length);
        this.combine(a, b, factorsOf(product, this.t, this.round), length);
      }
      this.store(n);
    });
  }

  /** Every column, along the first dimension, is a vector; `rows` are what remains of the shape. */
  mergeColumns({ length }: Rows): void {
    const sums = [0, 1, 2].map(() => this.kernels.memory.allocate(8 * (length + 4))) as [Address, Address, Address];
    for (const address of sums) this.kernels.memory.f64(address, length + 4).fill(0);
    this.forEachRow((a, b) => {
      this.kernels.dotColumns(this.blocks.dtype, a, a, sums[0], length, false);
      this.kernels.dotColumns(this.blocks.dtype, b, b, sums[1], length, false);
    }, length);
    this.sumColumnProducts(sums, length);
    const products = this.kernels.memory.f64(sums[2], length);
    const factors = Array.from(products, (product) => factorsOf(product, this.t, this.round));
    const combine = this.columnCombiner(factors);
    this.forEachRow(combine, length, (n) => this.store(n));
  }

  /** Products of the normalised columns, whose squares are in the first two sums, into the third. */
  private sumColumnProducts(sums: readonly [Address, Address, Address], length: number): void {
    const { dtype } = this.blocks;
    const norms = [0, 1].map((index) => {
      const lengths = Float32Array.from(this.kernels.memory.f64(sums[index]!, length), (square) =>
        normOf(square, this.round),
      );
      return this.vector(lengths);
    }) as [Address, Address];
    this.forEachRow((a, b) => {
      this.kernels.binary(dtype, "divide", a, norms[0], a, length);
      this.kernels.binary(dtype, "divide", b, norms[1], b, length);
      this.kernels.dotColumns(dtype, a, b, sums[2], length, true);
    }, length);
  }

  /** A vector of the work dtype, one element a column. */
  private vector(values: Float32Array): Address {
    const { memory } = this.kernels;
    const single = memory.allocate(4 * values.length);
    const vector = memory.allocate(4 * values.length);
    memory.f32(single, values.length).set(values);
    this.kernels.convert("F32", this.blocks.dtype, single, vector, values.length);
    return vector;
  }

  private columnCombiner(factors: readonly Factors[]): (a: Address, b: Address) => void {
    const { dtype } = this.blocks;
    const kernels = this.kernels;
    const n = factors.length;
    const first = this.vector(Float32Array.from(factors, (column) => column.first));
    const second = this.vector(Float32Array.from(factors, (column) => column.second));
    const sine = this.vector(Float32Array.from(factors, (column) => column.sine ?? 1));
    const straight = this.vector(Float32Array.from(factors, (column) => (column.sine === undefined ? 0 : 1)));
    const curved = this.vector(Float32Array.from(factors, (column) => (column.sine === undefined ? 1 : 0)));
    const [lineA, lineB] = [this.third, this.fourth];
    return (a, b) => {
      kernels.scalar(dtype, "multiply", a, Math.fround(1 - this.t), lineA, n);
      kernels.scalar(dtype, "multiply", b, Math.fround(this.t), lineB, n);
      kernels.binary(dtype, "add", lineA, lineB, lineA, n);
      kernels.keepWhere(dtype, lineA, curved, n);
      kernels.binary(dtype, "multiply", a, first, a, n);
      kernels.binary(dtype, "multiply", b, second, b, n);
      kernels.binary(dtype, "add", a, b, a, n);
      kernels.binary(dtype, "divide", a, sine, a, n);
      kernels.keepWhere(dtype, a, straight, n);
      kernels.binary(dtype, "add", a, lineA, a, n);
    };
  }

  private forEachRow(
    visit: (a: Address, b: Address) => void,
    length: number,
    afterBlock: (n: number) => void = () => {},
  ): void {
    this.blocks.forEach((start, n) => {
      this.load(start, n);
      for (let at = 0; at < n; at += length) {
        const offset = at * dtypeBytes[this.blocks.dtype];
        visit(this.first + offset, this.second + offset);
      }
      afterBlock(n);
    });
  }

  private load(start: number, n: number): void {
    const blocks = this.blocks;
    blocks.load(this.inputs[0], start, n, this.first);
    blocks.load(this.inputs[1], start, n, this.second);
    if (this.base === undefined) return;
    blocks.load(this.base, start, n, this.baseBlock);
    this.kernels.binary(blocks.dtype, "subtract", this.first, this.baseBlock, this.first, n);
    this.kernels.binary(blocks.dtype, "subtract", this.second, this.baseBlock, this.second, n);
  }

  private square(a: Address, n: number): number {
    return this.kernels.dot(this.blocks.dtype, a, a, n);
  }

  /** The product of the vectors, or of a part of them, divided by their norms. */
  private product(a: Address, b: Address, squareA: number, squareB: number, n: number): number {
    const { dtype } = this.blocks;
    const [u, v] = [this.third, this.fourth];
    this.kernels.scalar(dtype, "divide", a, normOf(squareA, this.round), u, n);
    this.kernels.scalar(dtype, "divide", b, normOf(squareB, this.round), v, n);
    return this.kernels.dotRounded(dtype, u, v, n);
  }

  /** Into the first block. */
  private combine(a: Address, b: Address, { first, second, sine }: Factors, n: number): void {
    const { dtype } = this.blocks;
    const kernels = this.kernels;
    kernels.scalar(dtype, "multiply", a, first, a, n);
    kernels.scalar(dtype, "multiply", b, second, b, n);
    kernels.binary(dtype, "add", a, b, a, n);
    if (sine !== undefined) kernels.scalar(dtype, "divide", a, sine, a, n);
  }

  /** Writes the first block, on the base if there is one. */
  private store(n: number): void {
    const blocks = this.blocks;
    if (this.base !== undefined) {
      this.kernels.binary(blocks.dtype, "add", this.first, this.baseBlock, this.first, n);
    }
    blocks.store(this.first, n);
  }
}

const blocksHeld = 5;

/** Rows of a block: of the last dimension, or for columns all but the first dimension; none if the whole is one vector. */
function rowsOf({ shape, parameters }: Pick<TaskOutline, "shape" | "parameters">): Rows | undefined {
  if (booleanOf(parameters, "nuslerp_flatten") || shape.length < 2) return undefined;
  if (!booleanOf(parameters, "nuslerp_row_wise")) return rowsOfLastDimension(shape);
  const count = shape[0]!;
  return { count, length: count === 0 ? 0 : elementCount(shape) / count };
}

/** Spherical interpolation with weights, of tensors or of differences from a base model. */
export const nuslerp: MergeMethod = {
  name: "nuslerp",
  summary: "Interpolates between two models, or their differences from a base model, along the arc between them.",
  models: { minimum: 2, maximum: 2 },
  base: "optional",
  parameters: [
    weightParameter,
    {
      name: "nuslerp_flatten",
      scope: "shared",
      type: "boolean",
      default: true,
      documentation: "Take the whole tensor as one vector; otherwise each row or column is one.",
    },
    {
      name: "nuslerp_row_wise",
      scope: "shared",
      type: "boolean",
      default: false,
      documentation: "Without nuslerp_flatten: vectors along the first dimension instead of the last.",
    },
  ],
  shapes: "common",
  promotion: "all",
  passes: (outline) => (rowsOf(outline) === undefined || booleanOf(outline.parameters, "nuslerp_row_wise") ? 3 : 1),
  draws: () => 0,
  memory(outline) {
    const rows = rowsOf(outline);
    return blockMemory(outline, blocksHeld, rows) + 100 * ((rows?.length ?? 0) + 64);
  },
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    const [first, second, ...more] = modelsOf(task.inputs);
    if (first !== undefined && second === undefined) {
      copyInput(task, kernels, write, first);
      return;
    }
    if (first === undefined || second === undefined || more.length > 0) {
      throw wrongCount(task, "nuslerp", "exactly two models and at most one base", task.inputs.length);
    }
    const [weightA, weightB] = [numberOf(first.parameters, "weight"), numberOf(second.parameters, "weight")];
    const t = Math.abs(weightA + weightB) < 1e-6 ? 0.5 : weightB / (weightA + weightB);
    const rows = rowsOf(task);
    const blocks = new TensorBlocks(task, kernels, write, { count: blocksHeld, rows });
    const merging = new NuSlerp(blocks, [first, second], baseOf(task.inputs), t);
    if (rows === undefined) merging.mergeWhole();
    else if (booleanOf(task.parameters, "nuslerp_row_wise")) merging.mergeColumns(rows);
    else merging.mergeRows(rows);
  },
};
