import type { Address } from "../kernels/kernels.ts";
import type { TensorBlocks } from "./blocks.ts";
import type { MergeInput } from "./method.ts";

/** Loads the base model's block and the differences of the others from it. */
export function loadDeltas(
  blocks: TensorBlocks,
  base: MergeInput,
  models: readonly MergeInput[],
  start: number,
  n: number,
  baseBlock: Address,
  deltas: readonly Address[],
): void {
  blocks.load(base, start, n, baseBlock);
  for (const [index, model] of models.entries()) {
    const delta = deltas[index]!;
    blocks.load(model, start, n, delta);
    blocks.kernels.binary(blocks.dtype, "subtract", delta, baseBlock, delta, n);
  }
}
