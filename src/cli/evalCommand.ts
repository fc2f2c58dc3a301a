import type { Command } from "commander";
import { CancelledError, exitStatus } from "../core/errors.ts";
import { evaluationKind } from "../core/evaluation/evaluationKind.ts";
import type { EvaluationSummary } from "../core/evaluation/summary/evaluationSummary.ts";
import { modelName } from "../core/models/modelRef.ts";
import { resultTable } from "../core/reports/resultTable.ts";
import type { Verification } from "../core/runs/recordedResult.ts";
import { defaultDataFolder } from "../node/benchmarks/dataFolder.ts";
import { chooseRun, type ChosenRun } from "../node/evaluation/chooseRun.ts";
import { evaluateModels, prepareModels } from "../node/evaluation/evaluateModels.ts";
import type { PreparedEvaluation } from "../node/evaluation/prepareEvaluation.ts";
import { readRun } from "../node/reports/readRun.ts";
import { startDetached } from "../node/runs/startDetached.ts";
import { addEvaluationOptions, readConfiguration, type EvaluationOptions } from "./evaluationOptions.ts";
import { cancelOnInterrupt } from "./interrupt.ts";
import { output } from "./output.ts";
import { ProgressDisplay } from "./progressDisplay.ts";
import { runsOption } from "./runArgument.ts";

interface Options extends EvaluationOptions {
  readonly runs: string;
  readonly new?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  Try it with the sample model and the sample questions:
    medley eval --model samples/models/stories260k.f32.gguf --benchmark medqa-4
  Three shots, as BioMistral's paper does it, on two benchmarks:
    medley eval -m BioMistral-7B.Q4_K_M.gguf -b medqa-4 pubmedqa -p biomistral -s 3 -d ~/data
  Your own questions, and the first 50 only:
    medley eval -m model.gguf -b questions.jsonl --limit 50
  From a file, in the background:
    medley eval evaluation.yaml --detach

The same command again continues a run that was interrupted, and shows the result of one that has finished.
What each run did, item by item, is in its folder; see docs/runs.md.`;

export function evalCommand(program: Command): void {
  const command = program
    .command("eval")
    .summary("evaluate models on multiple-choice questions")
    .description(
      "Evaluates local GGUF models on medical multiple-choice questions and prints accuracies with intervals.",
    )
    .argument("[file]", "YAML file with the configuration; its keys are those of the options, see docs/cli.md")
    .addOption(runsOption())
    .option("--new", "start a new run even if there is one with the same arguments")
    .option("--detach", "evaluate in the background; see: medley runs follow")
    .option("--json", "print the results as JSON")
    .addHelpText("after", examples)
    .action(evaluate);
  addEvaluationOptions(command);
}

interface Outcome {
  readonly folder: string;
  readonly model: string;
  readonly summary: EvaluationSummary;
  readonly verification?: Verification;
}

async function evaluate(file: string | undefined, options: Options): Promise<void> {
  const evaluations = await prepareModels(await readConfiguration(file, options), {
    baseFolder: process.cwd(),
    dataFolder: defaultDataFolder(),
    runsFolder: options.runs,
  });
  if (options.detach) return await startInBackground(evaluations, options);
  const folders = await evaluateHere(evaluations, options);
  const outcomes: Outcome[] = [];
  for (const [index, folder] of folders.entries()) {
    const model = modelName(evaluations[index]!.model.ref);
    const { summary, verification } = await readRun(folder);
    outcomes.push({ folder, model, summary, ...(verification !== undefined && { verification }) });
  }
  if (options.json) output.json(outcomes);
  else print(outcomes);
  if (outcomes.some(({ summary }) => summary.benchmarks.some(({ draws }) => draws.some(({ failed }) => failed > 0)))) {
    process.exitCode = exitStatus.itemsFailed;
  }
}

async function startInBackground(evaluations: readonly PreparedEvaluation[], options: Options): Promise<void> {
  for (const evaluation of evaluations) {
    const run = await chooseRun(options.runs, evaluation, { fresh: options.new === true });
    tell(run);
    if (run.finished) continue;
    await startDetached(run.folder);
    output.note(`Working in the background. Follow it with: medley runs follow ${run.folder}`);
  }
}

function tell({ notes, finished }: ChosenRun): void {
  for (const note of notes) output.note(note);
  if (finished) output.note("Evaluate again with --new.");
}

/** @returns the folders of the finished runs */
async function evaluateHere(evaluations: readonly PreparedEvaluation[], options: Options): Promise<string[]> {
  let display = new ProgressDisplay(evaluationKind.units);
  const { signal, dispose } = cancelOnInterrupt();
  let folder = "";
  try {
    return await evaluateModels(evaluations, {
      runsFolder: options.runs,
      fresh: options.new === true,
      signal,
      onChosen: (run) => {
        tell(run);
        folder = run.folder;
        display = new ProgressDisplay(evaluationKind.units);
      },
      onEvent: (event) => display.add(event),
    });
  } catch (error) {
    display.end();
    if (error instanceof CancelledError) {
      throw new CancelledError(error.message, {
        hint: `Continue with the same command, or with: medley runs resume ${folder}`,
      });
    }
    output.note(`What was computed is kept in ${folder}; the same command continues it.`);
    throw error;
  } finally {
    display.end();
    dispose();
  }
}

function print(outcomes: readonly Outcome[]): void {
  output.table(resultTable(outcomes));
  for (const { folder } of outcomes) output.note(`Run folder: ${folder}`);
}
