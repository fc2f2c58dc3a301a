import path from "node:path";
import * as vscode from "vscode";
import { FileError } from "../../core/errors.ts";
import type { ResultValue, SavedFile } from "../../core/results/messages.ts";
import { messages } from "../common/messages.ts";

/** Asks the user where, and writes a text there. */
export async function saveFile(file: SavedFile, runsFolder: string): Promise<ResultValue<"save">> {
  const { format } = file;
  const uri = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(path.join(folderFor(runsFolder), fileName(file))),
    filters: { [titles(format)]: [format] },
  });
  if (uri === undefined) return { saved: false };
  await write(uri, file);
  return { saved: true, path: uri.fsPath };
}

/** Asks the user for a folder, and writes texts into it. Files that are there already stay unless the user agrees. */
export async function saveFiles(files: readonly SavedFile[], runsFolder: string): Promise<ResultValue<"saveAll">> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      defaultUri: vscode.Uri.file(folderFor(runsFolder)),
      canSelectFiles: false,
      canSelectFolders: true,
      title: vscode.l10n.t("Folder for {0} files", files.length),
      openLabel: vscode.l10n.t("Save Here"),
    })) ?? [];
  if (folder === undefined) return { folder: null };
  const there = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name));
  const replaced = files.map(fileName).filter((name) => there.has(name));
  if (replaced.length > 0 && !(await agreesToReplace(replaced))) return { folder: null };
  for (const file of files) await write(vscode.Uri.joinPath(folder, fileName(file)), file);
  return { folder: folder.fsPath };
}

async function agreesToReplace(names: readonly string[]): Promise<boolean> {
  const replace = vscode.l10n.t("Replace");
  const question = vscode.l10n.t("Files of these names are in the folder already. Replace them?");
  const options = { modal: true, detail: names.join("\n") };
  return (await messages.warn(question, options, replace)) === replace;
}

async function write(uri: vscode.Uri, { text }: SavedFile): Promise<void> {
  try {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(vscode.l10n.t("The file cannot be written: {0}", reason), {
      place: { file: uri.fsPath },
      cause,
    });
  }
}

/** The workspace folder that the runs belong to, otherwise the first one, otherwise where the runs are. */
function folderFor(runsFolder: string): string {
  const own = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(runsFolder));
  return (own ?? vscode.workspace.workspaceFolders?.[0])?.uri.fsPath ?? runsFolder;
}

/** A name that every file system takes. */
function fileName({ name, format }: SavedFile): string {
  const safe = name.replace(/[\\/:*?"<>|\p{Control}\p{Format}]+/gu, "-").replace(/^[. ]+|[. ]+$/g, "");
  return `${safe === "" ? "result" : safe}.${format}`;
}

function titles(format: SavedFile["format"]): string {
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
