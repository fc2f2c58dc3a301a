import { CancelledError, exitStatus } from "../core/errors.ts";
import { output } from "./output.ts";

/**
 * A signal that fires at the first Ctrl-C, so that work stops cleanly; a second one ends the process at once.
 * SIGTERM, as a cluster's scheduler sends it, counts as the same.
 */
export function cancelOnInterrupt(): { readonly signal: AbortSignal; dispose(): void } {
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) process.exit(exitStatus.cancelled);
    output.note("\nStopping; press Ctrl-C again to stop at once.");
    stop.abort(new CancelledError("Stopped; everything that was computed is kept."));
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return {
    signal: stop.signal,
    dispose() {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
    },
  };
}
