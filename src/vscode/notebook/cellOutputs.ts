import * as vscode from "vscode";
import { MedleyError } from "../../core/errors.ts";
import { asList, evaluationConfigurationSchema } from "../../core/evaluation/configuration.ts";
import { Markdown, markdown } from "../../core/markdown.ts";
import type { NotebookCell } from "../../core/notebook/notebook.ts";
import { cellDigest, isResultStale, readResultMarkdown, readResultMarker } from "../../core/notebook/result.ts";
import { resultMimeType, resultOutputSchema, type ResultOutput } from "../../core/results/messages.ts";
import { readYaml } from "../../core/yaml/readYaml.ts";
import { describeError } from "../common/describeError.ts";

const markdownType = "text/markdown";

/** Like `markdownString`, for outputs of cells. */
export function markdownItem({ source }: Markdown): vscode.NotebookCellOutputItem {
  return vscode.NotebookCellOutputItem.text(source, markdownType);
}

/** What the output of a cell shows. */
export type CellResult = Pick<ResultOutput, "runs" | "markdown" | "stale">;

/**
 * A result as a page that loads more on request, and as a table that is saved for readers without the page.
 * @param index of the cell
 * @param source of the cell
 */
export function resultOutput(result: CellResult, index: number, source: string): vscode.NotebookCellOutput {
  // What a file holds between the markers need not be what Medley wrote there.
  const saved = Markdown.inert(result.markdown);
  const table = markdownItem(result.stale ? markdown`> ⚠ ${staleText()}\n\n${saved}` : saved);
  const page = resultOutputSchema.safeParse({
    v: 1,
    view: `${index}.${cellDigest(source)}`,
    ...askedOf(source),
    ...result,
  });
  // A marker that was edited by hand may name what cannot be a run.
  if (!page.success) return new vscode.NotebookCellOutput([table]);
  return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.json(page.data, resultMimeType), table]);
}

/** The result that is saved under a cell, marked when the cell has changed since. */
export function savedResultOutputs(cell: NotebookCell, index: number): vscode.NotebookCellOutput[] {
  const markdown = readResultMarkdown(cell);
  if (markdown === undefined || markdown === "") return [];
  const result = { runs: [...(readResultMarker(cell)?.runs ?? [])], markdown, stale: isResultStale(cell) };
  return [resultOutput(result, index, cell.source)];
}

/** Which charts a cell asks for, undefined for all that there are, and whether it asks for a comparison. */
function askedOf(source: string): Pick<ResultOutput, "plots" | "compare"> {
  const { plots, compare } = readYaml(source, evaluationConfigurationSchema).value ?? {};
  return {
    ...(plots !== undefined && { plots: [...asList(plots)] }),
    ...(compare === "none" && { compare: false }),
  };
}

function staleText(): string {
  return vscode.l10n.t("This result is of an earlier version of the cell. Run the cell to renew it.");
}

/** What happened and what to do next, as the error of a cell. */
export function errorOutput(error: unknown): vscode.NotebookCellOutput {
  const text = describeError(error);
  const name = error instanceof MedleyError ? error.name : vscode.l10n.t("Defect");
  // The editor shows the stack, if there is one, in place of the message.
  return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.error({ name, message: text, stack: text })]);
}
