import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { CancelledError, ConfigurationError, exitStatus } from "../core/errors.ts";
import { evaluationKind } from "../core/evaluation/evaluationKind.ts";
import {
  evaluationCells,
  readEvaluationCell,
  withCellPlace,
  type EvaluationCell,
} from "../core/notebook/evaluationCell.ts";
import { serializeNotebook } from "../core/notebook/serialize.ts";
import { comparisonTable } from "../core/reports/comparisonTable.ts";
import { hasFailedItems, reportTable, type Report } from "../core/reports/report.ts";
import { defaultDataFolder } from "../node/benchmarks/dataFolder.ts";
import { writeAtomically } from "../node/files/writeAtomically.ts";
import { evaluateModels, prepareModels, type EvaluationFolders } from "../node/evaluation/evaluateModels.ts";
import { readCellResult } from "../node/notebook/readCellResult.ts";
import { readNotebookFile, saveCellResult } from "../node/notebook/notebookFile.ts";
import { describeError } from "./describeError.ts";
import { exitStatusOf } from "./exitStatus.ts";
import { cancelOnInterrupt } from "./interrupt.ts";
import { output } from "./output.ts";
import { ProgressDisplay } from "./progressDisplay.ts";
import { positiveInteger } from "./reportOutput.ts";
import { runsOption } from "./runArgument.ts";

interface Options {
  readonly runs: string;
  readonly check?: boolean;
  readonly only?: number[];
  readonly new?: boolean;
  readonly output?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  medley run study.mcqa.md
  medley run study.mcqa.md --check
  medley run study.mcqa.md --only 2 --new
  medley run samples/sample.mcqa.md --output out/sample.mcqa.md

Cells are evaluated in order, each model of a cell in a run of its own. Runs that have finished are not repeated, runs
that were interrupted go on. The result of a cell is written under it as soon as it is there. A cell with an error is
passed over; the exit status says so. The format of notebooks is in docs/notebooks.md.`;

export function runCommand(program: Command): void {
  program
    .command("run")
    .summary("evaluate the cells of a notebook")
    .description("Evaluates the cells of a notebook (*.mcqa.md) and writes each result under its cell.")
    .argument("<notebook>", "path of the notebook; relative paths in its cells start from its folder")
    .addOption(runsOption())
    .option("--check", "only check the cells, with their files; evaluate nothing and write nothing")
    .option("--only <number>", "evaluate only the cell with this number, counted from 1; may be repeated", collect)
    .option("--new", "start new runs even where there are finished ones")
    .option("-o, --output <file>", "write the notebook with the results to another file and leave this one as it is")
    .option("--json", "print the results as JSON")
    .addHelpText("after", examples)
    .action(run);
}

function collect(text: string, earlier: number[] = []): number[] {
  return [...earlier, positiveInteger(text)];
}

async function run(file: string, options: Options): Promise<void> {
  const notebook = await readNotebookFile(file);
  const cells = chosenCells(evaluationCells(notebook), file, options.only);
  const folders = { baseFolder: dirname(resolve(file)), runsFolder: options.runs, dataFolder: defaultDataFolder() };
  const target = options.output ?? file;
  if (options.output !== undefined && !options.check) await writeAtomically(target, serializeNotebook(notebook));
  const { signal, dispose } = cancelOnInterrupt();
  const reports: object[] = [];
  try {
    for (const cell of cells) {
      const where = { cell: cell.number, line: cell.line };
      try {
        signal.throwIfAborted();
        if (options.check) await checkCell(cell, file, folders);
        else reports.push({ ...where, ...(await runCell(cell, { file, target, folders, options, signal })) });
      } catch (error) {
        if (error instanceof CancelledError) {
          throw new CancelledError(error.message, { hint: "The same command goes on where it was stopped." });
        }
        reports.push({ ...where, error: reportFailure(error, cell, file) });
      }
    }
  } finally {
    dispose();
  }
  if (options.json) output.json(reports);
}

/** @throws ConfigurationError when there is nothing to evaluate, or a number names no cell */
function chosenCells(
  cells: readonly EvaluationCell[],
  file: string,
  numbers: readonly number[] | undefined,
): readonly EvaluationCell[] {
  if (cells.length === 0) {
    throw new ConfigurationError("The notebook has no evaluation cell.", {
      place: { file },
      hint: "An evaluation cell is a fenced block that begins with ```mcqa; see docs/notebooks.md",
    });
  }
  const absent = numbers?.find((number) => number > cells.length);
  if (absent !== undefined) {
    throw new ConfigurationError(`There is no cell ${absent}: the notebook has ${cells.length} evaluation cells.`, {
      place: { file },
    });
  }
  return numbers === undefined ? cells : cells.filter(({ number }) => numbers.includes(number));
}

async function checkCell(cell: EvaluationCell, file: string, options: EvaluationFolders): Promise<void> {
  const evaluations = await prepareModels(readEvaluationCell(cell, file).given, options);
  for (const warning of new Set(evaluations.flatMap(({ warnings }) => warnings))) output.note(`Warning: ${warning}`);
  const titles = evaluations.map(({ run, rows }) => `${run.title}: ${rows.length} items`);
  output.note([`Cell ${cell.number} (line ${cell.line}) is right.`, ...titles].join("\n  "));
}

interface NotebookRun {
  readonly file: string;
  /** The notebook that the results are written to; `file`, unless another was named. */
  readonly target: string;
  readonly folders: EvaluationFolders;
  readonly options: Options;
  readonly signal: AbortSignal;
}

async function runCell(
  cell: EvaluationCell,
  { file, target, folders, options, signal }: NotebookRun,
): Promise<Report & { readonly folders: readonly string[] }> {
  output.note(`Cell ${cell.number} (line ${cell.line})`);
  const configuration = readEvaluationCell(cell, file);
  const display = new ProgressDisplay(evaluationKind.units);
  let runFolders: string[];
  try {
    runFolders = await evaluateModels(await prepareModels(configuration.given, folders), {
      runsFolder: folders.runsFolder,
      fresh: options.new === true,
      signal,
      onEvent: (event) => display.add(event),
      onChosen: ({ notes }) => notes.forEach((note) => output.note(note)),
    });
  } finally {
    display.end();
  }
  const { names, runs, comparison, markdown } = await readCellResult(runFolders, configuration.resolved);
  if (!options.json) {
    output.table(reportTable(runs, comparison));
    output.line();
    if (comparison !== undefined) {
      output.table(comparisonTable(comparison));
      output.line();
    }
  }
  if (runs.some(hasFailedItems)) process.exitCode ??= exitStatus.itemsFailed;
  await saveCellResult(target, cell, names, markdown);
  output.note(`Result written under cell ${cell.number} of ${target}`);
  return { v: 1, folders: runFolders, runs: [...runs], ...(comparison !== undefined && { comparison }) };
}

/** Says what is wrong with a cell; the first error decides the exit status. */
function reportFailure(error: unknown, cell: EvaluationCell, file: string): string {
  const placed = withCellPlace(error, cell, file);
  const text = describeError(placed);
  output.note(`Cell ${cell.number} of ${file} (line ${cell.line}) is passed over.\n${text}`);
  if (process.exitCode === undefined || process.exitCode === exitStatus.itemsFailed)
    process.exitCode = exitStatusOf(placed);
  return text;
}
