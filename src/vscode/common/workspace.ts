import * as vscode from "vscode";
import { ConfigurationError } from "../../core/errors.ts";

/**
 * The workspace folder that a command works in: that of the file, otherwise the only one, otherwise the one the user
 * picks. Undefined when the user picks none.
 * @throws ConfigurationError when no folder is open
 */
export async function chooseFolder(file?: vscode.Uri): Promise<vscode.WorkspaceFolder | undefined> {
  const own = file === undefined ? undefined : vscode.workspace.getWorkspaceFolder(file);
  if (own !== undefined) return own;
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    throw new ConfigurationError(vscode.l10n.t("No folder is open."), {
      hint: vscode.l10n.t("Open the folder of your study first: Medley keeps its runs there."),
    });
  }
  if (folders.length === 1) return folders[0];
  return vscode.window.showWorkspaceFolderPick({
    placeHolder: vscode.l10n.t("In which folder should Medley keep the runs?"),
  });
}
