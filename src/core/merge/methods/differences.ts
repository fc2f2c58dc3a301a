import type { Address } from "../kernels/kernels.ts";
import type { TensorBlocks } from "./blocks.ts";
import type { MergeInput } from "./method.ts";

/** The base model's block and the differences of the other models from it. */
export class Differences {
  readonly baseBlock: Address;
  /** One block for each of the models. */
  readonly deltas: readonly Address[];

  /** Allocates the blocks. */
  constructor(
    private readonly blocks: TensorBlocks,
    private readonly base: MergeInput,
    private readonly models: readonly MergeInput[],
  ) {
    this.baseBlock = blocks.allocate();
    this.deltas = models.map(() => blocks.allocate());
  }

  /** Fills the blocks with the `n` elements from `start` on. */
  load(start: number, n: number): void {
    const { blocks, baseBlock } = this;
    blocks.load(this.base, start, n, baseBlock);
    for (const [index, model] of this.models.entries()) {
      const delta = this.deltas[index]!;
      blocks.load(model, start, n, delta);
      blocks.kernels.binary(blocks.dtype, "subtract", delta, baseBlock, delta, n);
    }
  }
}
