import * as vscode from "vscode";
import { MedleyError, describeError } from "../../core/errors.ts";
import type { NotebookCell } from "../../core/notebook/notebook.ts";
import { isResultStale, readResultMarkdown } from "../../core/notebook/result.ts";

const markdownType = "text/markdown";

export function markdownItem(markdown: string): vscode.NotebookCellOutputItem {
  return vscode.NotebookCellOutputItem.text(markdown, markdownType);
}

/** The result that is saved under a cell, marked when the cell has changed since. */
export function savedResultOutputs(cell: NotebookCell): vscode.NotebookCellOutput[] {
  const markdown = readResultMarkdown(cell);
  if (markdown === undefined || markdown === "") return [];
  const stale = vscode.l10n.t("This result is of an earlier version of the cell. Run the cell to renew it.");
  const text = isResultStale(cell) ? `> ⚠ ${stale}\n\n${markdown}` : markdown;
  return [new vscode.NotebookCellOutput([markdownItem(text)])];
}

/** What happened and what to do next, as the error of a cell. */
export function errorOutput(error: unknown): vscode.NotebookCellOutput {
  const text = describeError(error);
  const name = error instanceof MedleyError ? error.name : vscode.l10n.t("Defect");
  // The editor shows the stack, if there is one, in place of the message.
  return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.error({ name, message: text, stack: text })]);
}
