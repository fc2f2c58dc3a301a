import { InvalidArgumentError, Option } from "commander";
import type { ReportedRun } from "../core/reports/report.ts";
import { renderTable, tableFormats, type Table, type TableFormat } from "../core/reports/table.ts";
import { writeAtomically } from "../node/files/writeAtomically.ts";
import { output } from "./output.ts";

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

/** Says on stderr which runs were changed after their end: a CSV file has no notes. */
export function warnOfChanges(runs: readonly ReportedRun[]): void {
  for (const { label, verification } of runs) {
    if (verification?.items === "changed") output.note(`Warning: ${label}: ${verification.message}`);
  }
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
