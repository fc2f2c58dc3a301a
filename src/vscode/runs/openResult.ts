import * as vscode from "vscode";

/** Shows the results of evaluations full-size, several beside each other. It only reads: it may be done in any workspace. */
export async function openResult(folders: readonly string[]): Promise<void> {
  await vscode.commands.executeCommand("medley.openResult", folders);
}
