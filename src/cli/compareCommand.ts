import type { Command } from "commander";
import { RunError } from "../core/errors.ts";
import type { Comparison } from "../core/reports/comparison.ts";
import { comparisonTable, flipsTable } from "../core/reports/comparisonTable.ts";
import { reportTable, type Report } from "../core/reports/report.ts";
import type { TableFormat } from "../core/reports/table.ts";
import { compareReadRuns } from "../node/reports/readRun.ts";
import { printableJson } from "./printable.ts";
import { formatOption, readNamedRuns, renderTables, writeReport, type ReportOptions } from "./reportOutput.ts";
import { runsOption } from "./runArgument.ts";

interface Options extends ReportOptions {
  readonly runs: string;
  readonly flips?: boolean;
}

const examples = `
Examples:
  medley compare 20260131-141502 20260131-150301
  medley compare 20260131-141502 latest --flips
  medley compare runs/*biomistral* --format markdown --output comparison.md

Every run is compared with every other, on each benchmark that both have, over the items that both have: the
difference with its interval, McNemar's test (exact and mid-p), and Holm's correction over all of these tests. A result
stands out only where the corrected test supports it. CSV has the comparison alone, or with --flips the items alone.`;

export function compareCommand(program: Command): void {
  program
    .command("compare")
    .summary("compare runs item by item, with paired tests")
    .description("Compares evaluation runs item by item: is one model better than another, or is it chance?")
    .argument("<runs...>", "two or more: each a run's folder, its name, the beginning of its name, or: latest")
    .addOption(runsOption())
    .addOption(formatOption(["json"]))
    .option("--json", "the same as --format json")
    .option("--flips", "also list the items that one run answered right and the other wrong")
    .option("-o, --output <file>", "file to write to; without it stdout")
    .addHelpText("after", examples)
    .action(compare);
}

async function compare(names: string[], { runs: root, format, json, flips, output: path }: Options): Promise<void> {
  const read = await readNamedRuns(root, names);
  const runs = read.map(({ run }) => run);
  const comparison = await compareReadRuns(read);
  if (comparison.pairs.length === 0) throw nothingToCompare(comparison);
  if (json || format === "json") {
    await writeReport(printableJson({ v: 1, runs, comparison } satisfies Report, 2) + "\n", path);
    return;
  }
  const pairs = comparisonTable(comparison);
  const items = flips ? [flipsTable(comparison)] : [];
  const tables = format === "csv" ? [...items, pairs] : [reportTable(runs, comparison), pairs, ...items];
  await writeReport(renderTables(tables, format as TableFormat), path);
}

function nothingToCompare({ refused }: Comparison): RunError {
  const reasons = refused.map(({ benchmark, reason }) => `${benchmark}: ${reason}`);
  return new RunError(["The runs have nothing in common that can be compared.", ...new Set(reasons)].join("\n"), {
    hint: refused.length > 0 ? undefined : "Compare runs of the same benchmarks.",
  });
}
