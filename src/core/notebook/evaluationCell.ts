import { ConfigurationError } from "../errors.ts";
import {
  evaluationConfigurationSchema,
  type EvaluationConfiguration,
  type EvaluationConfigurationInput,
} from "../evaluation/configuration.ts";
import { problemsError, readOnly } from "../yaml/readYaml.ts";
import { pointer, rangeAt, readYamlStream } from "../yaml/yamlStream.ts";
import { splitLines } from "./blocks.ts";
import type { Notebook } from "./notebook.ts";

/** An evaluation cell of a notebook file. */
export interface EvaluationCell {
  /** Position among all cells of the notebook. */
  readonly index: number;
  /** Position among its evaluation cells, from 1: how a user names it. */
  readonly number: number;
  readonly source: string;
  /** 1-based line of the file on which the cell's text begins. */
  readonly line: number;
}

/** What a cell asks for. */
export interface CellConfiguration {
  /** As written, without the schema's defaults. */
  readonly given: EvaluationConfigurationInput;
  readonly resolved: EvaluationConfiguration;
}

/** The evaluation cells of a notebook that was read from a file and not edited since. */
export function evaluationCells({ preamble, cells }: Notebook): EvaluationCell[] {
  const found: EvaluationCell[] = [];
  // A byte order mark alone is no line.
  let lines = countLines(preamble.replace(/^\uFEFF/, ""));
  for (const [index, { kind, source, layout, result }] of cells.entries()) {
    const { before = "", open = "", body = "", close = "" } = layout ?? {};
    const line = lines + countLines(before, open) + 1;
    if (kind === "evaluation") found.push({ index, number: found.length + 1, source, line });
    lines += countLines(before, open, body, close, result?.before ?? "", result?.text ?? "");
  }
  return found;
}

function countLines(...texts: readonly string[]): number {
  return splitLines(texts.join("")).length;
}

/**
 * Reads the YAML of a cell.
 * @param file of the notebook, named in errors
 * @throws ConfigurationError at the line of the file where the first problem is; its message names the others too
 */
export function readEvaluationCell({ source, line }: EvaluationCell, file: string): CellConfiguration {
  const stream = readYamlStream(source, "1.2");
  const { value, problems } = readOnly(stream, evaluationConfigurationSchema);
  if (value === undefined) throw problemsError(problems, stream, { file, line });
  return { given: stream.documents[0]!.value as EvaluationConfigurationInput, resolved: value };
}

/** An error about a key of the cell's configuration with the key's place in the file; any other error as it is. */
export function withCellPlace(error: unknown, { source, line }: EvaluationCell, file: string): unknown {
  if (!(error instanceof ConfigurationError) || error.place?.file !== undefined) return error;
  const field = error.place?.field;
  const stream = readYamlStream(source, "1.2");
  const { start } = rangeAt(stream.documents[0]!, pointer(field?.split(".") ?? []), "key");
  const { line: within, column } = stream.placeOf(start);
  const place = { file, line: line + within - 1, column, ...(field !== undefined && { field }) };
  return new ConfigurationError(error.message, { hint: error.hint, place, cause: error });
}
