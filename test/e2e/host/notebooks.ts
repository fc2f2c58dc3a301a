import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { until } from "../../support/until.ts";

export const workspace = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
export const sample = (file: string): string =>
  path.join(vscode.extensions.getExtension("medley.medley")!.extensionPath, "samples", file);

/** Writes a notebook with one cell, opens it, and selects our kernel. */
export async function open(name: string, cell: string): Promise<vscode.NotebookDocument> {
  return openText(name, `# Study\n\n\`\`\`mcqa\n${cell}\`\`\`\n`);
}

export async function openText(name: string, text: string): Promise<vscode.NotebookDocument> {
  const file = path.join(workspace(), name);
  await writeFile(file, text);
  const document = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
  await vscode.window.showNotebookDocument(document);
  await vscode.commands.executeCommand("notebook.selectKernel", { id: "medley", extension: "medley.medley" });
  return document;
}

export function codeCell(document: vscode.NotebookDocument): vscode.NotebookCell {
  return document.getCells().find(({ kind }) => kind === vscode.NotebookCellKind.Code)!;
}

/** Everything that a cell shows, as text. */
export function outputOf(cell: vscode.NotebookCell): string {
  return cell.outputs
    .flatMap(({ items }) => items)
    .map(({ data }) => new TextDecoder().decode(data))
    .join("\n");
}

const ended = (cell: vscode.NotebookCell, run: number): boolean =>
  cell.executionSummary?.timing !== undefined && (cell.executionSummary.executionOrder ?? 0) >= run;

export async function execute(cell: vscode.NotebookCell): Promise<void> {
  const before = cell.executionSummary?.executionOrder ?? 0;
  await vscode.commands.executeCommand("notebook.cell.execute", {
    ranges: [{ start: cell.index, end: cell.index + 1 }],
    document: cell.notebook.uri,
  });
  await until("the end of the cell", () => ended(cell, before + 1));
}

export async function runFolders(): Promise<string[]> {
  const names = await readdir(path.join(workspace(), "runs")).catch(() => []);
  return names.filter((name) => !name.startsWith(".")).sort();
}

/** The run folder that is not among those before. */
export async function newRun(before: readonly string[]): Promise<string> {
  return until("a run", async () => (await runFolders()).find((name) => !before.includes(name)));
}

export async function rowsOf(run: string): Promise<number> {
  const text = await readFile(path.join(workspace(), "runs", run, "items.jsonl"), "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "").length;
}

/** Puts the sample model into the workspace. */
export async function prepareModel(): Promise<void> {
  await mkdir(path.join(workspace(), "models"), { recursive: true });
  await copyFile(sample("models/stories260k.f32.gguf"), path.join(workspace(), "models/tiny.gguf"));
}

export async function cancel(cell: vscode.NotebookCell): Promise<void> {
  await vscode.commands.executeCommand("notebook.cell.cancelExecution", {
    ranges: [{ start: cell.index, end: cell.index + 1 }],
    document: cell.notebook.uri,
  });
}
