import * as vscode from "vscode";
import { CancelledError } from "../../core/errors.ts";
import { withoutLinks } from "./messages.ts";

/** Fires when the user presses Cancel. The caller disposes of it. */
export function abortOn(token: vscode.CancellationToken): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const registration = token.onCancellationRequested(() =>
    controller.abort(new CancelledError("Stopped by the user.")),
  );
  return { signal: controller.signal, dispose: () => registration.dispose() };
}

/**
 * Does a piece of work under a notification that can cancel it.
 * @throws what the work throws, which is a CancelledError when the user cancels
 */
export async function withCancellableProgress<Result>(
  title: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const options = { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true };
  return vscode.window.withProgress(options, async (_progress, token) => {
    const { signal, dispose } = abortOn(token);
    try {
      return await work(signal);
    } finally {
      dispose();
    }
  });
}
