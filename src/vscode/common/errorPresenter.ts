import * as vscode from "vscode";
import { CancelledError, MedleyError, describeError, type Place } from "../../core/errors.ts";

/** The one place where an error becomes a message in the editor. Everything shown is in the log too, with its causes. */
export class ErrorPresenter {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /**
   * Shows what happened and what to do next, with the actions that help; resolves once the message is answered.
   * A cancellation is what the user asked for: it is logged only.
   */
  async show(error: unknown): Promise<void> {
    if (error instanceof CancelledError) {
      this.log.info(error.message);
      return;
    }
    this.log.error(describeError(error));
    for (let cause = causeOf(error); cause !== undefined; cause = causeOf(cause)) {
      this.log.error(
        vscode.l10n.t("Caused by: {0}", cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)),
      );
    }
    const showLog = vscode.l10n.t("Show Log");
    const openFile = vscode.l10n.t("Open File");
    const place = error instanceof MedleyError ? error.place : undefined;
    const actions = place?.file === undefined ? [showLog] : [openFile, showLog];
    const chosen = await vscode.window.showErrorMessage(this.message(error), ...actions);
    if (chosen === showLog) this.log.show();
    else if (chosen === openFile && place !== undefined) await openPlace(place);
  }

  private message(error: unknown): string {
    if (error instanceof MedleyError) return describeError(error).replaceAll("\n", " ");
    // The stack is in the log; a notification has no room for it.
    const detail = error instanceof Error ? error.message : String(error);
    return vscode.l10n.t("Medley has a defect: {0}", detail);
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

async function openPlace(place: Place): Promise<void> {
  const line = Math.max(0, (place.line ?? 1) - 1);
  const column = Math.max(0, (place.column ?? 1) - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(place.file!), {
    selection: new vscode.Range(line, column, line, column),
  });
}
