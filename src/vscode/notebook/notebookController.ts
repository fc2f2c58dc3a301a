import * as vscode from "vscode";
import { Disposable } from "../common/disposable.ts";
import type { Services } from "../common/services.ts";
import { CellRun } from "./cellRun.ts";
import { cellLanguages } from "./cellMetadata.ts";
import { notebookType } from "./notebookType.ts";

/** Runs evaluation cells: one at a time in a window, whatever the notebook, because two models rarely fit the memory. */
export class NotebookController extends Disposable {
  private readonly controller: vscode.NotebookController;
  private queue: Promise<void> = Promise.resolve();
  private order = 0;

  constructor(private readonly services: Services) {
    super();
    this.controller = this._register(vscode.notebooks.createNotebookController("medley", notebookType, "Medley"));
    this.controller.supportedLanguages = [cellLanguages.evaluation];
    this.controller.supportsExecutionOrder = true;
    this.controller.description = vscode.l10n.t("Local models");
    this.controller.executeHandler = (cells) => this.enqueue(cells);
  }

  /** Every cell shows at once that it waits. */
  private async enqueue(cells: readonly vscode.NotebookCell[]): Promise<void> {
    const runs = cells.map((cell) => new CellRun(this.controller.createNotebookCellExecution(cell), this.services));
    for (const run of runs) this.queue = this.queue.then(() => run.perform(++this.order));
    await this.queue;
  }
}
