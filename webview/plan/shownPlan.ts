import type { MergeView } from "../../src/core/merge/plan/view/schema.ts";

/** What the tabs read of the page. */
export interface ShownPlan {
  /** The chosen merge. */
  readonly merge: MergeView;
  /** Of the plan. */
  readonly version: number;
}
