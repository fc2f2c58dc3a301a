import { basename } from "node:path";
import type { Command } from "commander";
import { CancelledError, RunError } from "../core/errors.ts";
import { reportTable } from "../core/reports/report.ts";
import { hasTrait, progressUnits } from "../core/runs/kinds.ts";
import { failureError, type RunManifest } from "../core/runs/manifest.ts";
import { readRuns } from "../node/reports/readRun.ts";
import { followRun } from "../node/runs/followRun.ts";
import { currentState, listRuns, readManifest, requestCancel } from "../node/runs/runFolder.ts";
import { openRequests } from "../node/runs/openRequests.ts";
import { performRun } from "../node/runs/performRun.ts";
import { refuseRequests, type RunPermissions } from "../node/runs/runRequests.ts";
import { startDetached } from "../node/runs/startDetached.ts";
import { textColumn } from "../core/reports/table.ts";
import { confirm } from "./confirm.ts";
import { describeError } from "./describeError.ts";
import { cancelOnInterrupt } from "./interrupt.ts";
import { output } from "./output.ts";
import { printable } from "./printable.ts";
import { ProgressDisplay } from "./progressDisplay.ts";
import { findRun, runsOption } from "./runArgument.ts";

interface Options {
  readonly runs: string;
  readonly json?: boolean;
  readonly detach?: boolean;
}

const runArgument = ["<run>", "a run's folder, its name, the beginning of its name, or: latest"] as const;

export function runsCommand(program: Command): void {
  const runs = program
    .command("runs")
    .summary("list, follow, cancel and resume runs")
    .description("Lists, follows, cancels and resumes runs. A run is a folder; deleting the folder deletes the run.")
    .addHelpText(
      "after",
      "\nExamples:\n  medley runs\n  medley runs follow latest\n  medley runs resume 20260131-141502",
    );
  runs
    .command("list", { isDefault: true })
    .description("Lists all runs, oldest first.")
    .addOption(runsOption())
    .option("--json", "print JSON instead of a table")
    .action(list);
  runs
    .command("follow")
    .description("Shows how a run goes on, until it ends. Ctrl-C ends the following, not the run.")
    .argument(...runArgument)
    .addOption(runsOption())
    .option("--json", "print the run's events, one JSON object a line")
    .action(follow);
  runs
    .command("cancel")
    .description("Asks a run to stop after its present step. What it computed is kept; it can be resumed.")
    .argument(...runArgument)
    .addOption(runsOption())
    .action(cancel);
  runs
    .command("resume")
    .description("Goes on with a run that was cancelled, interrupted or failed.")
    .argument(...runArgument)
    .addOption(runsOption())
    .option("--detach", "work in the background; see: medley runs follow")
    .option(
      "--python <interpreter>",
      "merges by mergekit: the interpreter that the run may start; otherwise you are asked",
    )
    .option("--overwrite", "merges: the run may replace the model in its output folder; otherwise you are asked")
    .action(resume);
}

const columns = [textColumn("run"), textColumn("state"), textColumn("what")];

async function list({ runs: root, json }: Options): Promise<void> {
  const runs = await listRuns(root);
  if (json) {
    output.json(
      runs.map(({ folder, manifest, state, problem }) =>
        manifest === undefined
          ? { folder, error: { code: problem!.code, message: problem!.message } }
          : { folder, ...manifest, state },
      ),
    );
    return;
  }
  const rows = runs.flatMap(({ folder, manifest, state }) =>
    manifest === undefined ? [] : [[basename(folder), state!, manifest.title]],
  );
  if (runs.length === 0) output.line(`No runs in ${root}.`);
  if (rows.length > 0) output.table({ columns, rows });
  for (const { problem } of runs) if (problem !== undefined) output.note(describeError(problem));
}

async function follow(argument: string, { runs: root, json }: Options): Promise<void> {
  const folder = await findRun(root, argument);
  const display = new ProgressDisplay(progressUnits(await readManifest(folder)));
  for await (const event of followRun(folder)) {
    if (json) output.jsonLine(event);
    else display.add(event);
  }
  if (json) return;
  display.end();
  const manifest = await readManifest(folder);
  output.line(describeEnd(await currentState(folder, manifest), manifest));
}

function describeEnd(state: RunManifest["state"], { failure }: RunManifest): string {
  return state === "failed" && failure !== undefined ? `failed: ${describeError(failureError(failure))}` : state;
}

async function cancel(argument: string, { runs: root }: Options): Promise<void> {
  const folder = await findRun(root, argument);
  const state = await currentState(folder, await readManifest(folder));
  if (state !== "running") throw new RunError(`The run is not running; it is ${state}.`, { place: { file: folder } });
  await requestCancel(folder);
  output.note("Asked to stop; it finishes its present step first.");
}

interface ResumeOptions extends Options {
  readonly python?: string;
  readonly overwrite?: boolean;
}

async function resume(argument: string, options: ResumeOptions): Promise<void> {
  const folder = await findRun(options.runs, argument);
  const permissions = await askForPermissions(folder, { program: options.python, replace: options.overwrite === true });
  if (options.detach) {
    await startDetached(folder, permissions);
    output.note(`Working in the background. Follow it with: medley runs follow ${basename(folder)}`);
    return;
  }
  const display = new ProgressDisplay(progressUnits(await readManifest(folder)));
  const { signal, dispose } = cancelOnInterrupt();
  try {
    await performRun(folder, { signal, permissions, onEvent: (event) => display.add(event) });
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    throw new CancelledError(error.message, { hint: `Resume with: medley runs resume ${folder}` });
  } finally {
    display.end();
    dispose();
  }
  await showResult(folder);
}

/** @throws ConfigurationError when the run would do what is not allowed, and nobody can be asked or the answer is no */
async function askForPermissions(folder: string, given: RunPermissions): Promise<RunPermissions> {
  const requests = await openRequests(folder, await readManifest(folder), given);
  const { program, replaces } = requests;
  const questions = [
    ...(program === undefined ? [] : [`The run starts the program ${program}.`]),
    ...(replaces === undefined ? [] : [`The run may replace the model in ${replaces}.`]),
  ];
  if (questions.length === 0) return given;
  const question = `${questions.join(" ")} Its run.json says so. Go on? [y/N] `;
  if ((await confirm(printable(question))) !== true) refuseRequests(requests);
  return { program: program ?? given.program, replace: given.replace === true || replaces !== undefined };
}

/** What `medley eval` shows at its end; runs without items say themselves what they made. */
async function showResult(folder: string): Promise<void> {
  if (!hasTrait("hasItems", await readManifest(folder))) return;
  const runs = await readRuns([folder]);
  output.table(reportTable(runs.map(({ run }) => run)));
  output.note(`Run folder: ${folder}`);
}
