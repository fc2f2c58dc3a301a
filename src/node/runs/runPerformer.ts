import type { RunKind } from "../../core/runs/runKind.ts";
import type { RunSession } from "./runSession.ts";

/** What does the work of a kind of run. */
export interface RunPerformer {
  readonly kind: RunKind;
  /**
   * Does what the manifest's resolved configuration says, going on from what earlier sessions left in the folder.
   * Stops soon after `session.signal` fires, by throwing its reason.
   */
  perform(session: RunSession): Promise<void>;
}
