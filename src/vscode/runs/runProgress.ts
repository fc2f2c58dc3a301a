import * as vscode from "vscode";
import { formatDuration } from "../../core/formatting.ts";
import type { RunEvent } from "../../core/runs/events.ts";
import { progressUnits } from "../../core/runs/kinds.ts";
import { failureError, type RunState } from "../../core/runs/manifest.ts";
import { formatAmount, formatRate, ProgressTracker, type Progress } from "../../core/runs/progress.ts";
import { followRun } from "../../node/runs/followRun.ts";
import { currentState, readManifest, requestCancel } from "../../node/runs/runFolder.ts";
import { describeError } from "../common/describeError.ts";
import { withoutLinks } from "../common/messages.ts";

/**
 * Follows a run until it ends, or the signal fires. It only reads the folder: the run goes on whatever happens to the
 * window. What the run says from now on is in the log.
 * @param onEvent sees every event of the run from its first session on, and how far it is after it
 * @returns how the run stands then
 * @throws RunError with the run's own reason when it failed
 */
export async function followToEnd(
  folder: string,
  log: vscode.LogOutputChannel,
  onEvent: (event: RunEvent, progress: Progress | undefined) => void,
  signal?: AbortSignal,
): Promise<RunState> {
  const tracker = new ProgressTracker(progressUnits(await readManifest(folder)));
  const begin = Date.now();
  for await (const event of followRun(folder, { signal })) {
    // A resumed run tells of its earlier sessions again.
    if (Date.parse(event.time) >= begin) logEvent(log, event);
    tracker.add(event);
    onEvent(event, tracker.progress);
  }
  const manifest = await readManifest(folder);
  const state = await currentState(folder, manifest);
  if (state === "failed" && manifest.failure !== undefined) {
    throw failureError(manifest.failure);
  }
  return state;
}

/** The same with a notification that shows how far the run is and can cancel it. */
export async function followWithProgress(folder: string, log: vscode.LogOutputChannel): Promise<RunState> {
  const { title } = await readManifest(folder);
  const options = { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true };
  return vscode.window.withProgress(options, async (notification, token) => {
    const cancellation = token.onCancellationRequested(() => {
      notification.report({ message: vscode.l10n.t("stopping after the present step …") });
      requestCancel(folder).catch((error: unknown) => log.error(String(error)));
    });
    let shown = 0;
    const show = (event: RunEvent, progress: Progress | undefined): void => {
      if (event.type === "phase") notification.report({ message: withoutLinks(event.title) });
      if (event.type !== "progress" || progress === undefined || token.isCancellationRequested) return;
      const percent = percentOf(progress);
      notification.report({ message: describeProgress(progress), increment: percent - shown });
      shown = percent;
    };
    try {
      return await followToEnd(folder, log, show);
    } finally {
      cancellation.dispose();
    }
  });
}

/** 0 to 100. */
export function percentOf({ done, total }: Progress): number {
  return total === 0 ? 100 : (100 * done) / total;
}

/** `34/120 items · 12/s · 7 s left`, as far as known. */
export function describeProgress(progress: Progress): string {
  const { done, total, remaining } = progress;
  const rate = formatRate(progress);
  const parts = [formatAmount(progress), ...(rate === undefined ? [] : [rate])];
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
      return log.error(describeError(failureError(event)));
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
