import * as vscode from "vscode";
import { RunError } from "../../core/errors.ts";
import { formatDuration } from "../../core/formatting.ts";
import type { RunEvent } from "../../core/runs/events.ts";
import type { RunState } from "../../core/runs/manifest.ts";
import { ProgressTracker, type Progress } from "../../core/runs/progress.ts";
import { followRun } from "../../node/runs/followRun.ts";
import { currentState, readManifest, requestCancel } from "../../node/runs/runFolder.ts";

/**
 * Follows a run until it ends, with a notification that shows how far it is and can cancel it. It only reads the
 * folder: the run goes on whatever happens to the window.
 * @returns how the run stands then
 * @throws RunError with the run's own reason when it failed
 */
export async function followWithProgress(folder: string, log: vscode.LogOutputChannel): Promise<RunState> {
  const { title } = await readManifest(folder);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  await vscode.window.withProgress(options, async (progress, token) => {
    const cancellation = token.onCancellationRequested(() => {
      progress.report({ message: vscode.l10n.t("stopping after the present step …") });
      requestCancel(folder).catch((error: unknown) => log.error(String(error)));
    });
    try {
      const tracker = new ProgressTracker();
      const begin = Date.now();
      let shown = 0;
      for await (const event of followRun(folder)) {
        // A resumed run tells of its earlier sessions again.
        if (Date.parse(event.time) >= begin) logEvent(log, event);
        tracker.add(event);
        if (event.type === "phase") progress.report({ message: event.title });
        if (event.type !== "progress" || tracker.progress === undefined || token.isCancellationRequested) continue;
        const percent = percentOf(tracker.progress);
        progress.report({ message: describe(tracker.progress), increment: percent - shown });
        shown = percent;
      }
    } finally {
      cancellation.dispose();
    }
  });
  const manifest = await readManifest(folder);
  const state = await currentState(folder, manifest);
  if (state === "failed" && manifest.failure !== undefined) {
    throw new RunError(manifest.failure.message, { hint: manifest.failure.hint });
  }
  if (state === "created") {
    throw new RunError(vscode.l10n.t("The process of the run did not start."), {
      place: { file: folder },
      hint: vscode.l10n.t("The file process.log in the run's folder says why."),
    });
  }
  return state;
}

function percentOf({ done, total }: Progress): number {
  return total === 0 ? 100 : (100 * done) / total;
}

function describe({ done, total, unit, rate, remaining }: Progress): string {
  const parts = [`${done}/${total} ${unit}`];
  if (rate !== undefined) parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`);
  if (remaining !== undefined && done < total) parts.push(vscode.l10n.t("{0} left", formatDuration(remaining)));
  return parts.join(" · ");
}

function logEvent(log: vscode.LogOutputChannel, event: RunEvent): void {
  switch (event.type) {
    case "phase":
      return log.info(event.title);
    case "log":
      return event.level === "debug" ? log.debug(event.message) : log.info(event.message);
    case "warning":
      return log.warn(event.message);
    case "error":
      return log.error([event.message, event.hint].filter((part) => part !== undefined).join(" "));
    case "started":
    case "finished":
    case "progress":
    case "metric":
    case "checkpoint":
    case "summary":
    case "heartbeat":
      return;
  }
}
