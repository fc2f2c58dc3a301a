import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { CancelledError, MedleyError, RunError } from "../../core/errors.ts";
import { evaluationConfigurationSchema } from "../../core/evaluation/configuration.ts";
import { withResult } from "../../core/notebook/result.ts";
import type { RunState } from "../../core/runs/manifest.ts";
import { parseYaml } from "../../core/yaml/readYaml.ts";
import { readYamlStream } from "../../core/yaml/yamlStream.ts";
import type { ChosenRun } from "../../node/evaluation/chooseRun.ts";
import { currentState, readManifest, requestCancel } from "../../node/runs/runFolder.ts";
import { describeError } from "../common/describeError.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { assertTrusted } from "../common/trust.ts";
import { followToEnd } from "../runs/runProgress.ts";
import { evaluationCell, readNotebookMetadata, writeCellMetadata } from "./cellMetadata.ts";
import { errorOutput, resultOutput } from "./cellOutputs.ts";
import { CellProgress } from "./cellProgress.ts";
import { folderOf } from "./notebookFolder.ts";
import type { UnfinishedCells } from "./unfinishedCells.ts";

/** The cell's run stops within two seconds of the user's wish, or goes on stopping unwatched. */
const stopAllowance = 1_500;

/** What a cell is run for. */
export interface HowToRun {
  /** Begins new runs, whatever there is of earlier ones. */
  readonly fresh?: boolean;
  /** Goes on with these runs, which an earlier window left. */
  readonly left?: readonly string[];
}

/** What became of the runs of a cell. */
interface Outcome {
  readonly compare: boolean;
  readonly folders: readonly string[];
  /** One for each run that failed. */
  readonly failures: readonly unknown[];
}

/** One execution of an evaluation cell: prepares a run for each model, follows them, and saves their result. */
export class CellRun {
  private readonly cell: vscode.NotebookCell;
  private readonly source: string;

  constructor(
    private readonly execution: vscode.NotebookCellExecution,
    private readonly services: Services,
    private readonly unfinished: UnfinishedCells,
    private readonly how: HowToRun,
  ) {
    this.cell = execution.cell;
    this.source = this.cell.document.getText();
  }

  /**
   * Never throws: what goes wrong is the output of the cell.
   * @param signal stops it
   */
  async perform(order: number, signal: AbortSignal): Promise<void> {
    const { execution } = this;
    execution.executionOrder = order;
    execution.start(Date.now());
    const progress = new CellProgress(execution);
    try {
      await execution.clearOutput();
      const { compare, folders, failures } = await this.evaluate(progress, signal);
      if (failures.length > 0) {
        await progress.end(vscode.l10n.t("What was computed is kept: run the cell again to go on."));
        return await this.showFailures(failures);
      }
      progress.message(vscode.l10n.t("Computing the result …"));
      const markdown = await this.services.runs.cellResult(folders, { compare, signal });
      await progress.end("");
      await this.show(folders, markdown);
      execution.end(true, Date.now());
    } catch (error) {
      await progress.end(error instanceof CancelledError ? error.message : "");
      if (error instanceof CancelledError) execution.end(undefined, Date.now());
      else await this.showFailures([error]);
    }
  }

  private async evaluate(progress: CellProgress, signal: AbortSignal): Promise<Outcome> {
    assertTrusted();
    const compare = parseYaml(this.source, evaluationConfigurationSchema).compare === "paired";
    progress.message(vscode.l10n.t("Reading the questions and the models …"));
    const runs = this.how.left === undefined ? await this.prepare(signal) : await this.findLeft(this.how.left);
    const folders = runs.map(({ folder }) => folder);
    await this.showGrowing(runs);
    const memory = await this.unfinished.remember(this.cell.notebook.uri, this.source, folders);
    try {
      return { compare, folders, failures: await this.followAll(runs, progress, signal) };
    } finally {
      await memory.forget();
    }
  }

  private async prepare(signal: AbortSignal): Promise<ChosenRun[]> {
    // As given, without the schema's defaults: the settings fill in what the cell leaves open.
    const given = readYamlStream(this.source, "1.2").documents[0]!.value as Record<string, unknown>;
    const { baseFolder, scope } = folderOf(this.cell.notebook);
    const fresh = this.how.fresh === true;
    return await this.services.runs.prepare(given, baseFolder, readSettings(scope), { signal, fresh });
  }

  /** @throws CancelledError when none of the runs works any more, and one of them has not finished */
  private async findLeft(folders: readonly string[]): Promise<ChosenRun[]> {
    const states = new Map<string, RunState>();
    for (const folder of folders) states.set(folder, await currentState(folder, await readManifest(folder)));
    const values = [...states.values()];
    if (!values.includes("running") && values.some((state) => state !== "finished")) {
      await this.showGrowing(folders.map((folder) => ({ folder, finished: false })));
      throw new CancelledError(
        vscode.l10n.t("The run ended while the window was closed. What it computed is kept: run the cell to go on."),
      );
    }
    return folders.map((folder) => ({ folder, finished: states.get(folder) === "finished", notes: [] }));
  }

  /** A run that fails leaves the others their chance. @returns why runs failed */
  private async followAll(runs: readonly ChosenRun[], progress: CellProgress, signal: AbortSignal): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const { folder, finished, notes } of runs) {
      for (const note of notes) progress.note(note);
      if (finished) continue;
      try {
        await this.follow(folder, await modelOf(folder), progress, signal);
      } catch (error) {
        if (error instanceof CancelledError) throw error;
        failures.push(error);
      }
    }
    return failures;
  }

  /** Shows the result of runs that go on, under what is said of their progress: it fills in by itself. */
  private async showGrowing(runs: readonly { readonly folder: string; readonly finished: boolean }[]): Promise<void> {
    if (runs.every(({ finished }) => finished)) return;
    const names = runs.map(({ folder }) => path.basename(folder));
    await this.execution.appendOutput(this.resultOutput(names, ""));
  }

  private resultOutput(runs: string[], markdown: string): vscode.NotebookCellOutput {
    return resultOutput({ runs, markdown, stale: false }, this.cell.index, this.source);
  }

  /** @throws CancelledError when the run stops before its end; RunError with the run's own reason when it failed */
  private async follow(folder: string, model: string, progress: CellProgress, signal: AbortSignal): Promise<void> {
    const { log, runs } = this.services;
    const unwatched = new AbortController();
    const stop = async (): Promise<void> => {
      try {
        await requestCancel(folder);
        await sleep(stopAllowance, undefined, { signal: unwatched.signal });
      } catch (error) {
        if (!unwatched.signal.aborted) log.error(describeError(error));
      }
      unwatched.abort();
    };
    const onAbort = (): void => void stop();
    await runs.start(folder);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const state = await followToEnd(folder, log, (event, done) => progress.add(model, event, done), unwatched.signal);
      if (state === "finished") return progress.done(model);
      if (signal.aborted || state === "cancelled") {
        throw new CancelledError(vscode.l10n.t("Stopped. What was computed is kept: run the cell again to go on."));
      }
      throw new RunError(vscode.l10n.t("The process of the run ended before its work was done."), {
        place: { file: folder },
        hint: vscode.l10n.t("Something ended it from outside; the system does so when memory runs out."),
      });
    } finally {
      signal.removeEventListener("abort", onAbort);
      unwatched.abort();
    }
  }

  /** Puts the result under the cell, and into what is saved with the notebook. */
  private async show(folders: readonly string[], markdown: string): Promise<void> {
    const names = folders.map((folder) => path.basename(folder));
    await this.execution.replaceOutput([this.resultOutput(names, markdown)]);
    await this.save(names, markdown);
  }

  private async save(runs: readonly string[], markdown: string): Promise<void> {
    const { cell, source } = this;
    // A cell that was deleted meanwhile has no place any more; its runs are kept.
    if (cell.notebook.isClosed || cell.index < 0) return;
    // The result belongs to what was run, even where the cell was edited meanwhile.
    const before = { ...evaluationCell(cell), source };
    const notebook = withResult(
      { ...readNotebookMetadata(cell.notebook.metadata), cells: [before] },
      0,
      runs,
      markdown,
    );
    const { layout, result } = notebook.cells[0]!;
    const edit = new vscode.WorkspaceEdit();
    const metadata = writeCellMetadata(cell.metadata, { kind: "evaluation", layout, result });
    edit.set(cell.notebook.uri, [vscode.NotebookEdit.updateCellMetadata(cell.index, metadata)]);
    await vscode.workspace.applyEdit(edit);
  }

  private async showFailures(errors: readonly unknown[]): Promise<void> {
    for (const error of errors) {
      // Beside the output, because a button can fetch the data.
      if (error instanceof MedleyError && error.remedy?.action === "fetchData") void this.services.errors.show(error);
      else this.services.log.error(describeError(error));
      await this.execution.appendOutput(errorOutput(error));
    }
    this.execution.end(false, Date.now());
  }
}

async function modelOf(folder: string): Promise<string> {
  const { inputs, title } = await readManifest(folder);
  return path.basename(inputs.find(({ role }) => role === "model")?.name ?? title);
}
