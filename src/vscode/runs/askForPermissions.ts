import * as vscode from "vscode";
import { CancelledError } from "../../core/errors.ts";
import { readManifest } from "../../node/runs/runFolder.ts";
import { openRequests } from "../../node/runs/openRequests.ts";
import type { RunPermissions } from "../../node/runs/runRequests.ts";
import { messages } from "../common/messages.ts";
import { readSettings } from "../common/settings.ts";

/**
 * Asks whether a run may do what its run.json says, where that starts a program that the user's settings do not name, or
 * replaces a result of another run.
 * @throws CancelledError when it may not
 */
export async function askForPermissions(folder: string): Promise<RunPermissions> {
  const { mergekitPython } = readSettings(vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)));
  const given: RunPermissions = mergekitPython === "" ? {} : { program: mergekitPython };
  const { program, replaces } = await openRequests(folder, await readManifest(folder), given);
  const questions = [
    ...(program === undefined ? [] : [vscode.l10n.t("It starts the program {0}.", program)]),
    ...(replaces === undefined ? [] : [vscode.l10n.t("It may replace the model in {0}.", replaces)]),
  ];
  if (questions.length === 0) return given;
  const detail = [...questions, vscode.l10n.t("A run folder from elsewhere could name any program or folder.")].join(
    "\n",
  );
  const allow = vscode.l10n.t("Go On");
  const message = vscode.l10n.t("Do you want this run to do what its run.json says?");
  if ((await messages.warn(message, { modal: true, detail }, allow)) !== allow) {
    throw new CancelledError(vscode.l10n.t("The run was not started."));
  }
  return { program: program ?? given.program, replace: replaces !== undefined };
}
