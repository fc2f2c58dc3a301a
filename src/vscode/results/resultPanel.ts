import * as vscode from "vscode";
import { panelElementId, type PanelState } from "../../core/results/messages.ts";
import { Disposable } from "../common/disposable.ts";
import { pageHtml } from "../common/pageHtml.ts";
import type { ResultService } from "./resultService.ts";
import { ShownRuns } from "./shownRuns.ts";

/** The results of runs full-size, in a tab of the editor. */
export class ResultPanel extends Disposable {
  static readonly viewType = "medley.result";

  /** @param panel new, or given back by the editor after a reload */
  constructor(
    private readonly panel: vscode.WebviewPanel,
    state: PanelState,
    results: ResultService,
    extension: vscode.Uri,
  ) {
    super();
    const { webview } = panel;
    const scripts = vscode.Uri.joinPath(extension, "dist", "webview");
    webview.options = { enableScripts: true, localResourceRoots: [scripts] };
    panel.title = titleOf(state);
    const shown = this._register(new ShownRuns(results, (event) => void webview.postMessage(event)));
    const place = { runsFolder: state.runsFolder, onShown: (folders: readonly string[]) => shown.add(folders) };
    this._register(
      webview.onDidReceiveMessage(async (message: unknown) => {
        const answer = await results.answer(message, () => place);
        if (answer !== undefined) await webview.postMessage(answer);
      }),
    );
    // What the page keeps for itself it finds with the editor, always at its latest.
    const shownState = { ...state, page: undefined };
    webview.html = pageHtml(webview, {
      script: vscode.Uri.joinPath(scripts, "panel.js"),
      title: titleOf(state),
      elementId: panelElementId,
      state: shownState,
    });
    this._register({ dispose: () => panel.dispose() });
  }

  reveal(): void {
    this.panel.reveal();
  }
}

function titleOf({ runs }: PanelState): string {
  return runs.length === 1 ? runs[0]! : vscode.l10n.t("{0} runs", runs.length);
}
