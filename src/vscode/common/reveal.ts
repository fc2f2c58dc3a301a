import * as vscode from "vscode";

/**
 * Shows a file or folder in the Explorer when it lies in the workspace, otherwise where the system shows folders.
 * @param folder opened in a window of its own where neither is possible, as on a remote machine
 */
export async function reveal(path: string, folder = path): Promise<void> {
  const uri = vscode.Uri.file(path);
  if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) {
    await vscode.commands.executeCommand("revealInExplorer", uri);
  } else if (vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop) {
    await vscode.commands.executeCommand("revealFileInOS", uri);
  } else {
    await vscode.commands.executeCommand("vscode.openFolder", vscode.Uri.file(folder), { forceNewWindow: true });
  }
}
