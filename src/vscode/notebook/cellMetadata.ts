import type * as vscode from "vscode";
import { z } from "zod";
import { evaluationCellLanguage, type CellKind } from "../../core/notebook/blocks.ts";
import type { NotebookCell } from "../../core/notebook/notebook.ts";

/** The editor's language of each kind of code cell. */
export const cellLanguages = { evaluation: evaluationCellLanguage, prompt: "yaml" } as const satisfies Partial<
  Record<CellKind, string>
>;

/** What the editor keeps of a cell for us, so that an unedited file is saved byte for byte. */
const cellMetadataSchema = z.object({
  kind: z.enum(["markdown", "evaluation", "prompt"]),
  layout: z.object({ before: z.string(), open: z.string(), body: z.string(), close: z.string() }).optional(),
  result: z.object({ before: z.string(), text: z.string() }).optional(),
});
export type CellMetadata = z.infer<typeof cellMetadataSchema>;

const notebookMetadataSchema = z.object({
  preamble: z.string(),
  trailer: z.string(),
  eol: z.enum(["\n", "\r\n", "\r"]),
});
export type NotebookMetadata = z.infer<typeof notebookMetadataSchema>;

type Metadata = Readonly<Record<string, unknown>> | undefined;

/** Undefined for a cell that was not read from a file. */
export function readCellMetadata(metadata: Metadata): CellMetadata | undefined {
  return cellMetadataSchema.safeParse(metadata?.["medley"]).data;
}

export function writeCellMetadata(metadata: Metadata, own: CellMetadata): Record<string, unknown> {
  return { ...metadata, medley: own };
}

export function readNotebookMetadata(metadata: Metadata): NotebookMetadata {
  return notebookMetadataSchema.safeParse(metadata?.["medley"]).data ?? { preamble: "", trailer: "", eol: "\n" };
}

export function writeNotebookMetadata(own: NotebookMetadata): Record<string, unknown> {
  return { medley: own };
}

/** An open cell as the notebook format sees it. */
export function evaluationCell(cell: vscode.NotebookCell): NotebookCell {
  return { kind: "evaluation", source: cell.document.getText(), ...readCellMetadata(cell.metadata) };
}
