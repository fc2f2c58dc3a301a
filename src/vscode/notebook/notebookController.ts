import * as vscode from "vscode";
import { CancelledError } from "../../core/errors.ts";
import { listRun } from "../../node/runs/runFolder.ts";
import { describeError } from "../common/describeError.ts";
import { Disposable } from "../common/disposable.ts";
import type { Services } from "../common/services.ts";
import { abortOn } from "../common/taskProgress.ts";
import { describeWait, type Turn } from "../runs/evaluationQueue.ts";
import { CellRun, type HowToRun } from "./cellRun.ts";
import { cellLanguages } from "./cellMetadata.ts";
import { notebookType } from "./notebookType.ts";
import { UnfinishedCells } from "./unfinishedCells.ts";

/** Runs evaluation cells, each when its turn comes. */
export class NotebookController extends Disposable {
  private readonly controller: vscode.NotebookController;
  private readonly turns = new Map<vscode.NotebookCell, Turn>();
  private readonly unfinished: UnfinishedCells;
  /** Cells whose next run is to begin from the start. */
  private readonly fresh = new Set<vscode.NotebookCell>();
  private order = 0;

  constructor(private readonly services: Services) {
    super();
    this.unfinished = new UnfinishedCells(services.context.workspaceState);
    this.controller = this._register(vscode.notebooks.createNotebookController("medley", notebookType, "Medley"));
    this.controller.supportedLanguages = [cellLanguages.evaluation];
    this.controller.supportsExecutionOrder = true;
    this.controller.description = vscode.l10n.t("Local models");
    this.controller.executeHandler = async (cells) => {
      // Every cell joins the queue at once, in order, and shows that it waits.
      await Promise.all(cells.map((cell) => this.run(cell, { fresh: this.fresh.delete(cell) })));
    };
    this._register(
      this.controller.onDidChangeSelectedNotebooks(({ notebook, selected }) => {
        if (!selected || !vscode.workspace.isTrusted) return;
        this.followLeft(notebook).catch((error: unknown) => services.log.error(describeError(error)));
      }),
    );
  }

  /** What a cell waits for before it can run; undefined when it does not wait. */
  waitOf(cell: vscode.NotebookCell): string | undefined {
    const turn = this.turns.get(cell);
    return turn && describeWait(this.services.evaluations.before(turn));
  }

  /** Runs a cell in new runs, whatever there is of earlier ones. */
  async runFromStart(cell: vscode.NotebookCell): Promise<void> {
    this.fresh.add(cell);
    try {
      // Through the editor, which asks for the kernel where none is chosen yet.
      await vscode.commands.executeCommand("notebook.cell.execute", {
        ranges: [{ start: cell.index, end: cell.index + 1 }],
        document: cell.notebook.uri,
      });
    } finally {
      this.fresh.delete(cell);
    }
  }

  /** Goes on with the cells that ran when the window was closed or reloaded: their runs may work all the same. */
  private async followLeft(notebook: vscode.NotebookDocument): Promise<void> {
    const left = await this.unfinished.take(notebook);
    await Promise.all(
      left.map(async ({ cell, runs }) => {
        // Where a run was deleted meanwhile, there is nothing to go on with.
        const listings = await Promise.all(runs.map((folder) => listRun(folder)));
        if (!listings.includes(undefined)) await this.run(cell, { left: runs });
      }),
    );
  }

  private async run(cell: vscode.NotebookCell, how: HowToRun): Promise<void> {
    const execution = this.controller.createNotebookCellExecution(cell);
    const { signal, dispose } = abortOn(execution.token);
    const turn = this.services.evaluations.join(titleOf(cell), signal);
    this.turns.set(cell, turn);
    try {
      await turn.comes;
      await new CellRun(execution, this.services, this.unfinished, how).perform(++this.order, signal);
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      // Cancelled while it waited: it has not begun.
      execution.end(undefined);
    } finally {
      this.turns.delete(cell);
      turn.dispose();
      dispose();
    }
  }
}

/** How others call a cell that they wait for. */
function titleOf(cell: vscode.NotebookCell): string {
  const cells = cell.notebook.getCells().filter(({ document }) => document.languageId === cellLanguages.evaluation);
  const name = cell.notebook.uri.path.split("/").at(-1)!;
  return vscode.l10n.t("cell {0} of {1}", cells.indexOf(cell) + 1, name);
}
