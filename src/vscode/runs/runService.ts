import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { z } from "zod";
import type { EvaluationConfigurationInput } from "../../core/evaluation/configuration.ts";
import type { ShownPrompt } from "../../core/evaluation/shownPrompt.ts";
import { hasTrait } from "../../core/runs/kinds.ts";
import type { RunState } from "../../core/runs/manifest.ts";
import type { ChosenRun } from "../../node/evaluation/chooseRun.ts";
import type { Lender } from "../../node/backends/lentModel.ts";
import { cancelRequested, currentState, readManifest } from "../../node/runs/runFolder.ts";
import { startDetached } from "../../node/runs/startDetached.ts";
import { tasks } from "../../node/service/tasks.ts";
import { runTask } from "../../node/service/serviceProcess.ts";
import { messages } from "../common/messages.ts";
import type { Settings } from "../common/settings.ts";
import { withCancellableProgress } from "../common/taskProgress.ts";
import { assertTrusted } from "../common/trust.ts";
import { askForPermissions } from "./askForPermissions.ts";
import { describeWait, type EvaluationQueue } from "./evaluationQueue.ts";
import { followWithProgress } from "./runProgress.ts";

/** Prepares, starts, follows and resumes runs. The work itself is done by processes that outlive the window. */
export class RunService {
  /** @param makeRoom is done before an evaluation starts */
  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly evaluations: EvaluationQueue,
    private readonly makeRoom: () => Promise<void>,
  ) {}

  /**
   * Evaluates every model of a configuration, one after the other.
   * @param configuration as the user gave it; the settings fill in what it leaves open
   * @param baseFolder folder that its relative paths start from
   * @returns the folders of the finished runs; undefined when one was stopped
   */
  async evaluate(
    configuration: Record<string, unknown>,
    baseFolder: string,
    settings: Settings,
  ): Promise<string[] | undefined> {
    const runs = await withCancellableProgress(vscode.l10n.t("Reading the questions and the models"), (signal) =>
      this.prepare(configuration, baseFolder, settings, { signal }),
    );
    for (const { folder, finished } of runs) {
      if (!finished && !(await this.perform(folder))) return undefined;
    }
    return runs.map(({ folder }) => folder);
  }

  /**
   * Finds or creates a run for each model of a configuration, in a process of its own.
   * @param configuration as the user gave it; the settings fill in what it leaves open
   * @param baseFolder folder that its relative paths start from
   * @param fresh creates new runs, whatever there is of earlier ones
   * @throws CancelledError as soon as the signal fires; ConfigurationError, FileError, … for what is wrong with it
   */
  async prepare(
    configuration: Record<string, unknown>,
    baseFolder: string,
    settings: Settings,
    { signal, fresh = false }: { readonly signal: AbortSignal; readonly fresh?: boolean },
  ): Promise<ChosenRun[]> {
    const completed = { ...evaluationDefaults(settings), ...configuration };
    this.log.info(`Evaluating ${JSON.stringify(completed)}`);
    const params = {
      configuration: completed as z.infer<z.ZodJSONSchema>,
      baseFolder,
      runsFolder: settings.runsFolder,
      fresh,
    };
    const runs = await runTask(tasks.prepareEvaluation, params, signal);
    for (const note of runs.flatMap(({ notes }) => notes)) this.log.info(note);
    return runs;
  }

  /**
   * The result of the runs of a cell, as Markdown.
   * @param compare whether several are compared item by item
   * @throws RunError when one of them has no result, or is damaged
   */
  async cellResult(
    folders: readonly string[],
    { compare, signal }: { readonly compare: boolean; readonly signal: AbortSignal },
  ): Promise<string> {
    return (await runTask(tasks.cellResult, { folders: [...folders], compare }, signal)).markdown;
  }

  /**
   * The exact prompts of the items of a configuration, with their tokens when it names a model, which is loaded then.
   * @param lender finds a model that is loaded already
   * @throws as {@link prepare} does
   */
  async describePrompts(
    configuration: Record<string, unknown>,
    baseFolder: string,
    settings: Settings,
    signal: AbortSignal,
    lender: Lender,
  ): Promise<ShownPrompt[]> {
    const completed = { ...evaluationDefaults(settings), ...configuration } as Record<string, z.infer<z.ZodJSONSchema>>;
    return await runTask(tasks.describePrompts, { configuration: completed, baseFolder }, signal, lender);
  }

  /**
   * Starts or resumes the run in a folder; where a process works on it already, and is not about to stop, leaves it.
   * @throws UntrustedWorkspaceError; CancelledError when the user does not allow what the run would do
   */
  async start(folder: string): Promise<void> {
    assertTrusted();
    while ((await currentState(folder, await readManifest(folder))) === "running") {
      if (!(await cancelRequested(folder))) return;
      await sleep(100);
    }
    if (hasTrait("loadsModels", await readManifest(folder))) await this.makeRoom();
    await startDetached(folder, await askForPermissions(folder));
  }

  /**
   * Starts or resumes the run in a folder and follows it to its end. What loads models waits for its turn.
   * @returns whether it finished; when it was stopped, the user has been told how to go on
   * @throws RunError with the run's own reason when it failed; CancelledError when the user gives up waiting
   */
  async perform(folder: string): Promise<boolean> {
    const manifest = await readManifest(folder);
    const work = async (): Promise<RunState> => {
      await this.start(folder);
      return await followWithProgress(folder, this.log);
    };
    return this.offerToGoOn(
      folder,
      await (hasTrait("loadsModels", manifest) ? this.inTurn(manifest.title, work) : work()),
    );
  }

  /** The same for a run that another process has started already. */
  async follow(folder: string): Promise<boolean> {
    return this.offerToGoOn(folder, await followWithProgress(folder, this.log));
  }

  private async inTurn<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
    const stop = new AbortController();
    const turn = this.evaluations.join(title, stop.signal);
    try {
      const wait = describeWait(this.evaluations.before(turn));
      if (wait !== undefined) {
        await withCancellableProgress(`${title}: ${wait}`, async (signal) => {
          signal.addEventListener("abort", () => stop.abort(signal.reason), { once: true });
          await turn.comes;
        });
      }
      return await work();
    } finally {
      turn.dispose();
    }
  }

  private async offerToGoOn(folder: string, state: RunState): Promise<boolean> {
    if (state === "finished") return true;
    const message =
      state === "cancelled"
        ? vscode.l10n.t("{0} was stopped. What it computed is kept.", path.basename(folder))
        : vscode.l10n.t(
            "The process of {0} ended before its work was done. What it computed is kept.",
            path.basename(folder),
          );
    const resume = vscode.l10n.t("Resume");
    const chosen = await messages.inform(message, resume);
    return chosen === resume ? this.perform(folder) : false;
  }
}

/** What the settings say about evaluations, for keys that a configuration leaves open. */
function evaluationDefaults(settings: Settings): Partial<EvaluationConfigurationInput> {
  const { threads, gpu, kvCacheType, dataFolders } = settings;
  return {
    gpu,
    kvCacheType,
    ...(threads === undefined ? {} : { threads }),
    ...(dataFolders.length === 0 ? {} : { data: dataFolders }),
  };
}
