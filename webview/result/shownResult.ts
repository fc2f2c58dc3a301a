/** What the page of a result draws. */
export interface ShownResult {
  readonly runs: readonly string[];
  /** The saved table, for when the run folders are gone; empty when there is none. */
  readonly markdown: string;
  /** The cell was changed since. */
  readonly stale: boolean;
  /** The charts asked for; undefined for all. */
  readonly plots?: readonly string[];
  /** False: several runs are shown beside each other only. */
  readonly compare?: boolean;
}
