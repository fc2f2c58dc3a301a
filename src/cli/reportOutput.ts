import { InvalidArgumentError, Option } from "commander";
import { renderTable, tableFormats, type Table, type TableFormat } from "../core/reports/table.ts";
import { writeAtomically } from "../node/files/writeAtomically.ts";
import { readRuns, type ReadRun } from "../node/reports/readRun.ts";
import { output } from "./output.ts";
import { findRun } from "./runArgument.ts";

/** How a report is written, and where to. */
export interface ReportOptions {
  readonly format: string;
  readonly json?: boolean;
  readonly output?: string;
}

/** @param others formats besides those of tables */
export function formatOption(others: readonly string[]): Option {
  const formats = [...tableFormats, ...others];
  return new Option("-f, --format <format>", "how to write it").choices(formats).default("text");
}

/** The tables one under the other; a terminal gets a blank line between them, CSV has the first alone. */
export function renderTables(tables: readonly Table[], format: TableFormat): string {
  const shown = format === "csv" ? tables.slice(0, 1) : tables;
  return shown.map((table) => renderTable(table, format)).join("\n");
}

/**
 * The runs that a user names, in their order. Says on stderr which were changed after their end: a CSV file has no notes.
 * @param root folder of all runs
 */
export async function readNamedRuns(root: string, names: readonly string[]): Promise<ReadRun[]> {
  const folders: string[] = [];
  for (const name of names) folders.push(await findRun(root, name));
  const read = await readRuns(folders);
  for (const { label, verification } of read.map(({ run }) => run)) {
    if (verification?.items === "changed") output.note(`Warning: ${label}: ${verification.message}`);
  }
  return read;
}

/** Writes to the file that the user named, or to stdout. */
export async function writeReport(text: string, path: string | undefined): Promise<void> {
  if (path === undefined) {
    output.document(text.trimEnd() + "\n");
    return;
  }
  await writeAtomically(path, text);
  output.note(`Written: ${path}`);
}

/** A positive whole number, for commander. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("Not a whole number from 1 on.");
}
