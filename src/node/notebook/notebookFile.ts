import { readFile, realpath, stat } from "node:fs/promises";
import { FileError, RunError } from "../../core/errors.ts";
import { type EvaluationCell, evaluationCells } from "../../core/notebook/evaluationCell.ts";
import { type Notebook, parseNotebook } from "../../core/notebook/notebook.ts";
import { withResult } from "../../core/notebook/result.ts";
import { serializeNotebook } from "../../core/notebook/serialize.ts";
import { writeAtomically } from "../files/writeAtomically.ts";

/** @throws FileError when the file cannot be read or is not UTF-8: writing it back would damage it */
export async function readNotebookFile(file: string): Promise<Notebook> {
  const bytes = await readFile(file).catch((cause: Error) => {
    throw new FileError(`The notebook cannot be read: ${cause.message}`, { place: { file }, cause });
  });
  try {
    return parseNotebook(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new FileError("The notebook is not UTF-8 text.", {
      place: { file },
      hint: "Save it with the encoding UTF-8.",
      cause,
    });
  }
}

/**
 * Writes a result under a cell of a notebook file. The file is read again first, so that what was edited elsewhere in
 * it meanwhile stays.
 * @param cell as it was when it was evaluated
 * @throws RunError when the cell itself was changed or deleted meanwhile; FileError when the file cannot be read
 */
export async function saveCellResult(
  file: string,
  cell: EvaluationCell,
  runs: readonly string[],
  markdown: string,
): Promise<void> {
  const notebook = await readNotebookFile(file);
  const target = findCell(evaluationCells(notebook), cell);
  if (target === undefined) {
    throw new RunError("The cell was changed while it was evaluated, so its result is not written under it.", {
      place: { file, line: cell.line },
      hint: `The result is kept in ${runs.join(", ")}.`,
      remedy: { action: "reportRuns", folders: [...runs] },
    });
  }
  const path = await realpath(file);
  const { mode } = await stat(path);
  await writeAtomically(path, serializeNotebook(withResult(notebook, target.index, runs, markdown)), mode & 0o777);
}

/** The cell with the same text: at the same place if it is there, else wherever the only one is. */
function findCell(cells: readonly EvaluationCell[], { number, source }: EvaluationCell): EvaluationCell | undefined {
  const same = cells.filter((cell) => cell.source === source);
  return same.find((cell) => cell.number === number) ?? (same.length === 1 ? same[0] : undefined);
}
