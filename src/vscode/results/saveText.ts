import path from "node:path";
import * as vscode from "vscode";
import type { ResultRequestParams, ResultValue, saveFormats } from "../../core/results/messages.ts";

type Format = (typeof saveFormats)[number];

/** Asks the user where, and writes a text there. */
export async function saveText(
  { name, format, text }: ResultRequestParams<"save">,
  runsFolder: string,
): Promise<ResultValue<"save">> {
  const uri = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(path.join(folderFor(runsFolder), `${fileName(name)}.${format}`)),
    filters: { [titles(format)]: [format] },
  });
  if (uri === undefined) return { saved: false };
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return { saved: true, path: uri.fsPath };
}

/** The workspace folder that the runs belong to, otherwise the first one, otherwise where the runs are. */
function folderFor(runsFolder: string): string {
  const own = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(runsFolder));
  return (own ?? vscode.workspace.workspaceFolders?.[0])?.uri.fsPath ?? runsFolder;
}

/** A name that every file system takes. */
function fileName(name: string): string {
  const safe = name.replace(/[\\/:*?"<>|\p{Control}\p{Format}]+/gu, "-").replace(/^[. ]+|[. ]+$/g, "");
  return safe === "" ? "result" : safe;
}

function titles(format: Format): string {
  switch (format) {
    case "csv":
      return vscode.l10n.t("Comma-separated values");
    case "tex":
      return "LaTeX";
    case "md":
      return "Markdown";
    case "svg":
      return vscode.l10n.t("SVG picture");
    case "html":
      return vscode.l10n.t("Report");
  }
}
