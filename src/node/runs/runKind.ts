import type { RunSession } from "./runSession.ts";

/** A kind of work that is done in a run folder. */
export interface RunKind {
  /** As in the manifest: `evaluation`, `merge`, … */
  readonly kind: string;
  /**
   * Does what the manifest's resolved configuration says, going on from what earlier sessions left in the folder.
   * Stops soon after `session.signal` fires, by throwing its reason.
   */
  perform(session: RunSession): Promise<void>;
}
