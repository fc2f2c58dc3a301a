import type { Item } from "../benchmarks/item.ts";

/** One question of a run: an item in one few-shot draw. */
export interface EvaluationUnit {
  /** With its options in the order shown. */
  readonly item: Item;
  /** `order[k]` is the source index of the option shown at position k. */
  readonly order: readonly number[];
  /** Zero-based few-shot draw. */
  readonly draw: number;
  readonly shots: readonly Item[];
  /** Drawn examples that were the question itself, and were not taken. */
  readonly excludedShots: number;
}
