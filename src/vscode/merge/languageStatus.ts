import * as vscode from "vscode";
import { Disposable } from "../common/disposable.ts";
import { mergeSelector, type MergeDocuments } from "./mergeDocuments.ts";

/** Says beside the language of a file that Medley takes it for a merge configuration, and lets the user object. */
export class LanguageStatus extends Disposable {
  private item: vscode.LanguageStatusItem | undefined;

  constructor(private readonly documents: MergeDocuments) {
    super();
    this._register(documents.onDidChange(() => this.update()));
    this._register({ dispose: () => this.item?.dispose() });
    this.update();
  }

  private update(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !this.documents.isConfiguration(document)) {
      this.item?.dispose();
      this.item = undefined;
      return;
    }
    this.item ??= vscode.languages.createLanguageStatusItem("medley.merge", mergeSelector);
    const isOff = this.documents.isSwitchedOff(document);
    this.item.name = vscode.l10n.t("Medley");
    this.item.text = isOff
      ? vscode.l10n.t("Medley: merge configuration, help switched off")
      : vscode.l10n.t("Medley: merge configuration");
    this.item.command = isOff
      ? { title: vscode.l10n.t("Switch On"), command: "medley.mergeHelpOn" }
      : { title: vscode.l10n.t("Switch Off for This File"), command: "medley.mergeHelpOff" };
  }
}
