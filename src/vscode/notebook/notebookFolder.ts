import path from "node:path";
import * as vscode from "vscode";
import { ConfigurationError } from "../../core/errors.ts";

/** Where a notebook works. */
export interface NotebookFolder {
  /** Relative paths in its cells start here: the folder that it lies in. */
  readonly baseFolder: string;
  /** Whose settings hold: that of the workspace it belongs to, otherwise its own. */
  readonly scope: vscode.WorkspaceFolder;
}

/** @throws ConfigurationError when the notebook is not saved and no folder is open */
export function folderOf(notebook: { readonly uri: vscode.Uri }): NotebookFolder {
  const { uri } = notebook;
  if (uri.scheme === "file") {
    const own = vscode.Uri.file(path.dirname(uri.fsPath));
    const scope = vscode.workspace.getWorkspaceFolder(uri) ?? { uri: own, name: path.basename(own.fsPath), index: 0 };
    return { baseFolder: own.fsPath, scope };
  }
  const [scope] = vscode.workspace.workspaceFolders ?? [];
  if (scope !== undefined) return { baseFolder: scope.uri.fsPath, scope };
  throw new ConfigurationError(vscode.l10n.t("The notebook is not saved, and no folder is open."), {
    hint: vscode.l10n.t(
      "Save the notebook, or open the folder of your study: the models and runs are found from there.",
    ),
  });
}
