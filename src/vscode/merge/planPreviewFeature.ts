import * as vscode from "vscode";
import { hasMergeConfigurationName, isMergeConfiguration } from "../../core/merge/language/isMergeConfiguration.ts";
import type { PlanPanelState } from "../../core/merge/plan/view/messages.ts";
import { Feature } from "../common/feature.ts";
import { restorePanels } from "../common/pagePanel.ts";
import type { Services } from "../common/services.ts";
import { PlanPanel, planPanelKind } from "./planPanel.ts";

/**
 * Shows beside a merge configuration what its merge will do, and follows the document as it is written. It reads
 * headers only, so that it works in workspaces that are not trusted too.
 */
export class PlanPreviewFeature extends Feature {
  private panel: PlanPanel | undefined;

  constructor(services: Services) {
    super(services);
    this.command("medley.previewMerge", (file) => this.open(file));
    this._register(restorePanels(planPanelKind, services.log, (panel, state) => this.restore(panel, state)));
    this._register(vscode.window.onDidChangeActiveTextEditor((editor) => this.follow(editor)));
    this._register({ dispose: () => this.panel?.dispose() });
  }

  private open(given: unknown): void {
    const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
    if (uri === undefined) return;
    if (this.panel !== undefined) {
      this.panel.show(uri);
      this.panel.reveal({ preserveFocus: true });
      return;
    }
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel(planPanelKind.viewType, "", column);
    this.adopt(panel, { v: 1, uri: uri.toString() });
  }

  /** There is one panel: it follows the editor. */
  private restore(panel: vscode.WebviewPanel, state: PlanPanelState): void {
    if (this.panel === undefined) this.adopt(panel, state);
    else panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, state: PlanPanelState): void {
    const shown = new PlanPanel(panel, state, this.services);
    this.panel = shown;
    shown.onDidClose(() => {
      if (this.panel === shown) this.panel = undefined;
    });
  }

  /** The panel shows the configuration that is worked on. */
  private follow(editor: vscode.TextEditor | undefined): void {
    if (editor !== undefined && isConfiguration(editor.document)) this.panel?.show(editor.document.uri);
  }
}

function isConfiguration(document: vscode.TextDocument): boolean {
  if (hasMergeConfigurationName(document.uri.path)) return true;
  return document.languageId === "yaml" && isMergeConfiguration(document.getText());
}
