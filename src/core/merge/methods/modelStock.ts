import type { Address, Kernels } from "../kernels/kernels.ts";
import { dtypeBytes } from "../../checkpoint/dtype.ts";
import { TensorBlocks, blockMemory, copyInput, rowsOfFirstDimension } from "./blocks.ts";
import type { Rows } from "./blocks.ts";
import { Differences } from "./differences.ts";
import type { MergeInput, MergeMethod, MergeTask } from "./method.ts";
import { booleanOf, modelsOf, requireBase, wrongCount } from "./parameters.ts";

/** Norms and products of the models' differences from the base, over a tensor or a row of it. */
class Angles {
  private readonly squares: number[];
  private readonly products: number[] = [];

  constructor(private readonly models: number) {
    this.squares = new Array<number>(models).fill(0);
    this.products = new Array<number>((models * (models - 1)) / 2).fill(0);
  }

  add(blocks: TensorBlocks, deltas: readonly Address[], n: number): void {
    const { kernels, dtype } = blocks;
    let pair = 0;
    for (let i = 0; i < this.models; i++) {
      this.squares[i]! += kernels.dot(dtype, deltas[i]!, deltas[i]!, n);
      for (let j = i + 1; j < this.models; j++) {
        this.products[pair++]! += kernels.dotRounded(dtype, deltas[i]!, deltas[j]!, n);
      }
    }
  }

  /** The share of the models' mean, t = N·c / (1 + (N − 1)·c) with the mean cosine c. */
  share(round: (value: number) => number): number {
    const norms = this.squares.map((square) => round(Math.sqrt(square)));
    const cosines: number[] = [];
    for (let i = 0; i < this.models; i++) {
      for (let j = i + 1; j < this.models; j++) {
        const lengths = Math.max(round(norms[i]! * norms[j]!), 1e-6);
        const cosine = round(round(this.products[cosines.length]!) / lengths);
        cosines.push(Math.min(Math.max(cosine, -1), 1));
      }
    }
    const mean = round(cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length);
    return round(round(this.models * mean) / round(1 + round((this.models - 1) * mean)));
  }
}

/** out = R(R(t · mean of the models) + R(R(1 − t) · base)). The models' blocks are used up. */
function interpolate(
  { kernels, dtype, round }: { kernels: Kernels; dtype: TensorBlocks["dtype"]; round: (value: number) => number },
  models: readonly Address[],
  base: Address,
  n: number,
  share: number,
): Address {
  const out = models[0]!;
  for (const model of models.slice(1)) kernels.binary(dtype, "add", out, model, out, n);
  kernels.scalar(dtype, "divide", out, models.length, out, n);
  kernels.scalar(dtype, "multiply", out, share, out, n);
  kernels.scalar(dtype, "multiply", base, round(1 - share), base, n);
  kernels.binary(dtype, "add", out, base, out, n);
  return out;
}

class ModelStock {
  private readonly differences: Differences;
  private readonly baseBlock: Address;
  /** The differences of the models from the base, or the models. */
  private readonly others: readonly Address[];

  constructor(
    private readonly blocks: TensorBlocks,
    private readonly base: MergeInput,
    private readonly models: readonly MergeInput[],
    private readonly rows: Rows | undefined,
  ) {
    this.differences = new Differences(blocks, base, models);
    this.baseBlock = this.differences.baseBlock;
    this.others = this.differences.deltas;
  }

  private loadModels(start: number, n: number): void {
    this.blocks.load(this.base, start, n, this.baseBlock);
    for (const [index, model] of this.models.entries()) this.blocks.load(model, start, n, this.others[index]!);
  }

  merge(): void {
    if (this.rows === undefined) this.mergeWhole();
    else this.mergeRows(this.rows);
  }

  private mergeWhole(): void {
    const blocks = this.blocks;
    const round = (value: number) => blocks.round(value);
    const angles = new Angles(this.models.length);
    blocks.forEach((start, n) => {
      this.differences.load(start, n);
      angles.add(blocks, this.others, n);
    });
    const share = angles.share(round);
    const { kernels, dtype } = blocks;
    blocks.forEach((start, n) => {
      this.loadModels(start, n);
      blocks.store(interpolate({ kernels, dtype, round }, this.others, this.baseBlock, n, share), n);
    });
  }

  private mergeRows({ length }: Rows): void {
    const blocks = this.blocks;
    const round = (value: number) => blocks.round(value);
    const { kernels, dtype } = blocks;
    blocks.forEach((start, n) => {
      this.differences.load(start, n);
      const rows = Array.from({ length: n / length }, (_, row) => row * length * dtypeBytes[dtype]);
      const shares = rows.map((at) => {
        const angles = new Angles(this.models.length);
        angles.add(
          blocks,
          this.others.map((block) => block + at),
          length,
        );
        return angles.share(round);
      });
      this.loadModels(start, n);
      for (const [row, at] of rows.entries()) {
        const models = this.others.map((block) => block + at);
        interpolate({ kernels, dtype, round }, models, this.baseBlock + at, length, shares[row]!);
      }
      blocks.store(this.others[0]!, n);
    });
  }
}

/** Interpolates between the base and the mean of the models by the angle between their differences (Jang et al. 2024, arXiv 2403.19522). */
export const modelStock: MergeMethod = {
  name: "model_stock",
  summary: "Moves the base model towards the mean of the others, the farther the more they agree in direction.",
  models: { minimum: 2, maximum: 1000 },
  base: "required",
  parameters: [
    {
      name: "filter_wise",
      scope: "shared",
      type: "boolean",
      default: false,
      documentation: "Measure the angles for every row of a tensor instead of for the whole.",
    },
  ],
  shapes: "common",
  promotion: "all",
  passes: ({ parameters }) => (parameters.filter_wise ? 1 : 2),
  draws: () => 0,
  memory: (outline) => blockMemory(outline, outline.inputs.length, rowsOf(outline)),
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    const base = requireBase(task, "model_stock");
    const models = modelsOf(task.inputs);
    if (models.length === 0) copyInput(task, kernels, write, base);
    else if (models.length < 2) throw wrongCount(task, "model_stock", "at least two models and a base", 2);
    else {
      const rows = rowsOf(task);
      const blocks = new TensorBlocks(task, kernels, write, { count: models.length + 1, rows });
      new ModelStock(blocks, base, models, rows).merge();
    }
  },
};

function rowsOf(task: Pick<MergeTask, "shape" | "parameters">): Rows | undefined {
  return booleanOf(task.parameters, "filter_wise") ? rowsOfFirstDimension(task.shape) : undefined;
}
