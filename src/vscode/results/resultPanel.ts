import * as vscode from "vscode";
import { panelElementId, panelStateSchema, type PanelState, type ResultPage } from "../../core/results/messages.ts";
import { PagePanel, type PanelKind } from "../common/pagePanel.ts";
import type { ResultService } from "./resultService.ts";
import { ShownRuns } from "./shownRuns.ts";

export const resultPanelKind: PanelKind<PanelState> = {
  viewType: "medley.result",
  script: "panel.js",
  elementId: panelElementId,
  state: panelStateSchema,
};

/** The results of runs full-size, in a tab of the editor. */
export class ResultPanel extends PagePanel<ResultPage, PanelState> {
  constructor(panel: vscode.WebviewPanel, state: PanelState, results: ResultService, extension: vscode.Uri) {
    super(panel, resultPanelKind, extension);
    const shown = this._register(new ShownRuns(results, (notification) => void this.notify(notification)));
    const place = { runsFolder: state.runsFolder, onShown: (folders: readonly string[]) => shown.add(folders) };
    // What the page keeps for itself it finds with the editor, always at its latest.
    this.load(titleOf(state), { ...state, page: undefined }, (message) => results.answer(message, () => place));
  }
}

function titleOf({ runs }: PanelState): string {
  return runs.length === 1 ? runs[0]! : vscode.l10n.t("{0} runs", runs.length);
}
