import * as vscode from "vscode";
import { resultRendererId, type ResultNotification } from "../../core/results/messages.ts";
import { Disposable } from "../common/disposable.ts";
import { readSettings } from "../common/settings.ts";
import { folderOf } from "../notebook/notebookFolder.ts";
import type { ResultPlace, ResultService } from "./resultService.ts";
import { ShownRuns } from "./shownRuns.ts";

/** Talks with the results under the cells of notebooks. */
export class NotebookResults extends Disposable {
  private readonly messaging = vscode.notebooks.createRendererMessaging(resultRendererId);
  private readonly shown = new Map<vscode.NotebookDocument, ShownRuns>();

  constructor(private readonly results: ResultService) {
    super();
    this._register(
      this.messaging.onDidReceiveMessage(async ({ editor, message }) => {
        const answer = await results.answer(message, () => this.placeOf(editor.notebook));
        if (answer !== undefined) await this.messaging.postMessage(answer, editor);
      }),
    );
    this._register(
      vscode.workspace.onDidCloseNotebookDocument((notebook) => {
        this.shown.get(notebook)?.dispose();
        this.shown.delete(notebook);
      }),
    );
    this._register({ dispose: () => this.shown.forEach((runs) => runs.dispose()) });
  }

  /** @throws ConfigurationError when it is not known where the notebook's runs are */
  private placeOf(notebook: vscode.NotebookDocument): ResultPlace {
    const { runsFolder } = readSettings(folderOf(notebook).scope);
    return { runsFolder, onShown: (folders) => this.runsOf(notebook).add(folders) };
  }

  private runsOf(notebook: vscode.NotebookDocument): ShownRuns {
    const known = this.shown.get(notebook);
    if (known !== undefined) return known;
    const runs = new ShownRuns(this.results, (event) => void this.tell(notebook, event));
    this.shown.set(notebook, runs);
    return runs;
  }

  private async tell(notebook: vscode.NotebookDocument, event: ResultNotification): Promise<void> {
    const editors = vscode.window.visibleNotebookEditors.filter((editor) => editor.notebook === notebook);
    for (const editor of editors) await this.messaging.postMessage(event, editor);
  }
}
