import * as vscode from "vscode";
import { CancelledError } from "../../core/errors.ts";
import type { RpcMethod } from "../../node/rpc/method.ts";
import { runTask } from "../../node/tasks/runTask.ts";

/** Fires when the user presses Cancel. The caller disposes of it. */
export function abortOn(token: vscode.CancellationToken): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const registration = token.onCancellationRequested(() =>
    controller.abort(new CancelledError("Stopped by the user.")),
  );
  return { signal: controller.signal, dispose: () => registration.dispose() };
}

/**
 * Does a piece of work in a task process, under a notification that can cancel it.
 * @throws CancelledError when the user cancels; otherwise what the work throws
 */
export async function runTaskWithProgress<Params, Result>(
  title: string,
  task: RpcMethod<Params, Result>,
  params: Params,
): Promise<Result> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (_progress, token) => {
    const { signal, dispose } = abortOn(token);
    try {
      return await runTask(task, params, signal);
    } finally {
      dispose();
    }
  });
}
