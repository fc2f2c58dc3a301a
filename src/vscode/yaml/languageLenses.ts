import * as vscode from "vscode";
import { Disposable } from "../common/disposable.ts";
import { sourceOf } from "./documentSource.ts";
import type { Lenses } from "./editorLanguage.ts";
import type { DocumentSet } from "./includedDocuments.ts";

/** What can be done with a document of a language, above a place of it. */
export class LanguageLenses extends Disposable implements vscode.CodeLensProvider {
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly lenses: Lenses,
    selector: vscode.DocumentSelector,
    private readonly documents: DocumentSet,
  ) {
    super();
    this._register(vscode.languages.registerCodeLensProvider(selector, this));
    if (documents.onDidChange !== undefined) this._register(documents.onDidChange(() => this.changed.fire()));
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(lenses.setting)) this.changed.fire();
      }),
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { setting } = this.lenses;
    const isWanted = vscode.workspace.getConfiguration(undefined, document).get<boolean>(setting, true);
    const found = isWanted && this.documents.includes(document) ? this.lenses.of(sourceOf(document)) : undefined;
    if (found === undefined) return [];
    const position = document.positionAt(found.offset);
    const range = new vscode.Range(position, position);
    return found.commands.map((command) => new vscode.CodeLens(range, { ...command, arguments: [document.uri] }));
  }
}
