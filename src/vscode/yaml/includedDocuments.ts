import * as vscode from "vscode";
import { Disposable } from "../common/disposable.ts";

/** Which open documents are of a language, and helped with. */
export interface DocumentSet {
  includes(document: vscode.TextDocument): boolean;
  /** Fires when others are included than before, for a reason other than that one was opened or closed. */
  readonly onDidChange?: vscode.Event<void> | undefined;
}

/**
 * Keeps something registered for the open documents that are included, and for no other: a provider that is
 * registered for all YAML changes how the editor treats it even where it answers nothing (another formatter to choose from,
 * no folding by indentation, its own message when nothing can be renamed).
 */
export class IncludedDocuments extends Disposable {
  private registered: vscode.Disposable | undefined;
  private state = "";

  /** @param register is called with a selector of exactly these documents, whenever they are others than before */
  constructor(
    private readonly documents: DocumentSet,
    private readonly register: (selector: vscode.DocumentFilter[], first: vscode.TextDocument) => vscode.Disposable,
  ) {
    super();
    if (documents.onDidChange !== undefined) this._register(documents.onDidChange(() => this.update()));
    this._register(vscode.workspace.onDidOpenTextDocument(() => this.update()));
    this._register(vscode.workspace.onDidCloseTextDocument(() => this.update()));
    this._register({ dispose: () => this.registered?.dispose() });
    this.update();
  }

  /** Registers anew, for a reason other than the documents. */
  refresh(): void {
    this.state = "";
    this.update();
  }

  private update(): void {
    const included = vscode.workspace.textDocuments.filter((document) => this.documents.includes(document));
    const state = included.map(({ uri }) => uri.toString()).join("\n");
    if (state === this.state) return;
    this.state = state;
    // The new one before the old one ends: no document that stays is without, not for a moment.
    const before = this.registered;
    const [first] = included;
    this.registered = first && this.register(included.map(filterOf), first);
    before?.dispose();
  }
}

/** A pattern that equals the path is compared as it is, so that brackets in names do no harm. */
function filterOf({ uri, languageId }: vscode.TextDocument): vscode.DocumentFilter {
  return { scheme: uri.scheme, language: languageId, pattern: uri.fsPath };
}
