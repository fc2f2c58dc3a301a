import * as vscode from "vscode";
import { FileError } from "../../core/errors.ts";
import type { CellKind } from "../../core/notebook/blocks.ts";
import { normalizeSource, parseNotebook, type NotebookCell } from "../../core/notebook/notebook.ts";
import { serializeNotebook } from "../../core/notebook/serialize.ts";
import {
  cellLanguages,
  readCellMetadata,
  readNotebookMetadata,
  writeCellMetadata,
  writeNotebookMetadata,
} from "./cellMetadata.ts";
import { savedResultOutputs } from "./cellOutputs.ts";
import { Markdown } from "../../core/markdown.ts";

/** Reads and writes `*.mcqa.md`. What was not edited is written back byte for byte. */
export class NotebookSerializer implements vscode.NotebookSerializer {
  /** @throws FileError when the file is not UTF-8: saving it would destroy what it holds */
  deserializeNotebook(content: Uint8Array): vscode.NotebookData {
    const { cells, ...own } = parseNotebook(decode(content));
    const data = new vscode.NotebookData(cells.map(cellData));
    data.metadata = writeNotebookMetadata(own);
    return data;
  }

  serializeNotebook(data: vscode.NotebookData): Uint8Array {
    const own = readNotebookMetadata(data.metadata);
    return new TextEncoder().encode(serializeNotebook({ ...own, cells: data.cells.map(notebookCell) }));
  }
}

function decode(content: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch (cause) {
    throw new FileError(vscode.l10n.t("The notebook is not a UTF-8 text."), {
      hint: vscode.l10n.t("Open it with the text editor, and save it with the encoding UTF-8."),
      cause,
    });
  }
}

function cellData(cell: NotebookCell, index: number): vscode.NotebookCellData {
  const { kind, source, layout, result } = cell;
  const data =
    kind === "markdown"
      ? new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, source, "markdown")
      : new vscode.NotebookCellData(vscode.NotebookCellKind.Code, source, cellLanguages[kind]);
  data.metadata = writeCellMetadata(undefined, { kind, layout, result });
  data.outputs = savedResultOutputs(cell, index);
  return data;
}

function notebookCell({ kind: cellKind, languageId, value, metadata }: vscode.NotebookCellData): NotebookCell {
  const source = normalizeSource(value);
  const kind = cellKind === vscode.NotebookCellKind.Markup ? "markdown" : kindOf(languageId);
  // Code of another language is kept as what Markdown makes of it.
  if (kind === undefined) return { kind: "markdown", source: Markdown.codeBlock(source, languageId).source };
  const own = readCellMetadata(metadata);
  if (own?.kind !== kind) return { kind, source };
  return { kind, source, layout: own.layout, result: own.result };
}

function kindOf(languageId: string): CellKind | undefined {
  return (Object.keys(cellLanguages) as (keyof typeof cellLanguages)[]).find(
    (kind) => cellLanguages[kind] === languageId,
  );
}
