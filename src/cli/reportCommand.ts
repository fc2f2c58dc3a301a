import { Option, type Command } from "commander";
import { calibrationTable } from "../core/reports/calibrationTable.ts";
import { ConfigurationError } from "../core/errors.ts";
import { reportTable, type Report } from "../core/reports/report.ts";
import type { TableFormat } from "../core/reports/table.ts";
import { writeLmEval } from "../node/reports/writeLmEval.ts";
import { output } from "./output.ts";
import { printableJson } from "./printable.ts";
import { formatOption, readNamedRuns, renderTables, writeReport, type ReportOptions } from "./reportOutput.ts";
import { runsOption } from "./runArgument.ts";

interface Options extends ReportOptions {
  readonly runs: string;
  readonly table: "results" | "calibration";
}

const examples = `
Examples:
  medley report latest
  medley report 20260131-141502 20260131-150301 --format latex --output results.tex
  medley report latest --table calibration
  medley report latest --format lm-eval --output results

lm-eval writes results_<time>.json and samples_<task>_<time>.jsonl, as lm-evaluation-harness does, into a folder named
after the model. A run that has not finished is reported as partial.`;

export function reportCommand(program: Command): void {
  program
    .command("report")
    .summary("write the results of runs as a table or for other tools")
    .description(
      "Writes the results of evaluation runs: every number with its interval, number of items, protocol, shots and " +
        "invalid answers.",
    )
    .argument("<runs...>", "each a run's folder, its name, the beginning of its name, or: latest")
    .addOption(runsOption())
    .addOption(formatOption(["json", "lm-eval"]))
    .addOption(
      new Option("-t, --table <table>", "what text, markdown, csv and latex show")
        .choices(["results", "calibration"])
        .default("results"),
    )
    .option("--json", "the same as --format json")
    .option("-o, --output <path>", "file to write to, for lm-eval a folder; without it stdout")
    .addHelpText("after", examples)
    .action(report);
}

async function report(names: string[], { runs: root, table, format, json, output: path }: Options): Promise<void> {
  const read = await readNamedRuns(root, names);
  const runs = read.map(({ run }) => run);
  if (json || format === "json") {
    await writeReport(printableJson({ v: 1, runs } satisfies Report, 2) + "\n", path);
  } else if (format === "lm-eval") {
    if (path === undefined) {
      throw new ConfigurationError("lm-eval's form has several files, so it needs a folder.", {
        hint: "Name one with --output FOLDER",
      });
    }
    for (const run of read) for (const file of await writeLmEval(run, path)) output.note(`Written: ${file}`);
  } else {
    const shown = table === "results" ? reportTable(runs) : calibrationTable(runs);
    if (shown === undefined) {
      throw new ConfigurationError("The answers of these runs have no probabilities, so there is no calibration.", {
        hint: "Choose runs of a protocol that scores the options, or: --table results",
      });
    }
    await writeReport(renderTables([shown], format as TableFormat), path);
  }
}
