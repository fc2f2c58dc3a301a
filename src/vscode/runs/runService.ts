import path from "node:path";
import * as vscode from "vscode";
import type { EvaluationConfigurationInput } from "../../core/evaluation/configuration.ts";
import { startDetached } from "../../node/runs/startDetached.ts";
import { tasks } from "../../node/tasks/protocol.ts";
import type { Settings } from "../common/settings.ts";
import { runTaskWithProgress } from "../common/taskProgress.ts";
import { followWithProgress } from "./runProgress.ts";

/** Prepares, starts, follows and resumes runs. The work itself is done by processes that outlive the window. */
export class RunService {
  constructor(private readonly log: vscode.LogOutputChannel) {}

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
    const completed = { ...evaluationDefaults(settings), ...configuration };
    this.log.info(`Evaluating ${JSON.stringify(completed)}`);
    const runs = await runTaskWithProgress(
      vscode.l10n.t("Reading the questions and the models"),
      tasks.prepareEvaluation,
      { configuration: completed, baseFolder, runsFolder: settings.runsFolder },
    );
    for (const { folder, finished, notes } of runs) {
      for (const note of notes) this.log.info(note);
      if (!finished && !(await this.perform(folder))) return undefined;
    }
    return runs.map(({ folder }) => folder);
  }

  /**
   * Starts or resumes the run in a folder and follows it to its end.
   * @returns whether it finished; when it was stopped, the user has been told how to go on
   * @throws RunError with the run's own reason when it failed
   */
  async perform(folder: string): Promise<boolean> {
    await startDetached(folder);
    return this.follow(folder);
  }

  /** The same for a run that another process has started already. */
  async follow(folder: string): Promise<boolean> {
    const state = await followWithProgress(folder, this.log);
    if (state === "finished") return true;
    const message =
      state === "cancelled"
        ? vscode.l10n.t("{0} was stopped. What it computed is kept.", path.basename(folder))
        : vscode.l10n.t(
            "The process of {0} ended before its work was done. What it computed is kept.",
            path.basename(folder),
          );
    const resume = vscode.l10n.t("Resume");
    const chosen = await vscode.window.showInformationMessage(message, resume);
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
