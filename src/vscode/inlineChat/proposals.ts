import * as vscode from "vscode";
import { ConfigurationError } from "../../core/errors.ts";
import { Disposable } from "../common/disposable.ts";
import { rangeOf, type TrackedSpan, type TrackedSpans } from "./trackedSpans.ts";

/** A change that a model proposes and the user has not decided on. */
interface Proposal {
  readonly uri: vscode.Uri;
  readonly place: TrackedSpan;
  readonly original: string;
  readonly replacement: string;
}

/** Key for `when` clauses: whether the document in front has a proposal. */
const contextKey = "medley.chat.proposal";
const scheme = "medley-proposal";

/**
 * Changes that models propose, each marked in its document with the choice to take it or not. Nothing is changed before
 * that; then one edit replaces the marked text, which one undo takes back.
 */
export class Proposals extends Disposable implements vscode.CodeLensProvider, vscode.TextDocumentContentProvider {
  private readonly open = new Set<Proposal>();
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly decoration = this._register(
    vscode.window.createTextEditorDecorationType({
      backgroundColor: new vscode.ThemeColor("diffEditor.removedTextBackground"),
      textDecoration: "line-through",
      overviewRulerColor: new vscode.ThemeColor("diffEditorOverview.removedForeground"),
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    }),
  );
  /** Both sides of the differences that were shown, by address. */
  private readonly sides = new Map<string, string>();

  constructor(private readonly spans: TrackedSpans) {
    super();
    this._register(vscode.languages.registerCodeLensProvider({ pattern: "**" }, this));
    this._register(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    const follow = (): void => {
      if (this.open.size > 0) this.show();
    };
    this._register(vscode.window.onDidChangeVisibleTextEditors(follow));
    this._register(vscode.window.onDidChangeActiveTextEditor(follow));
    this._register(vscode.workspace.onDidChangeTextDocument(follow));
  }

  /**
   * Marks a part of a document as what would be replaced.
   * @throws ConfigurationError when its text is no longer what was asked about
   */
  async propose(uri: vscode.Uri, place: TrackedSpan, original: string, replacement: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    assertUnchanged(document, place, original);
    for (const other of this.open) {
      if (other.uri.toString() === uri.toString() && overlap(other.place.span, place.span)) this.drop(other);
    }
    this.open.add({ uri, place: this.spans.add(uri, place.span), original, replacement });
    await vscode.window.showTextDocument(document, {
      selection: rangeOf(document, place.span).with({ end: undefined }),
    });
    this.show();
  }

  /** Replaces the marked text, in one step. */
  async accept(proposal = this.nearest()): Promise<void> {
    if (proposal === undefined) return;
    const { uri, place, original, replacement } = proposal;
    const document = await vscode.workspace.openTextDocument(uri);
    assertUnchanged(document, place, original);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, rangeOf(document, place.span), replacement);
    if (!(await vscode.workspace.applyEdit(edit))) throw cannotEdit(document);
    this.drop(proposal);
  }

  reject(proposal = this.nearest()): void {
    if (proposal !== undefined) this.drop(proposal);
  }

  /** Shows the document as it is beside what it would become. */
  async showDifference(proposal = this.nearest()): Promise<void> {
    if (proposal === undefined) return;
    const { uri, place, replacement } = proposal;
    const document = await vscode.workspace.openTextDocument(uri);
    const text = document.getText();
    const after = text.slice(0, place.span.start) + replacement + text.slice(place.span.end);
    const side = (name: string, content: string): vscode.Uri => {
      const address = vscode.Uri.from({ scheme, path: uri.path, query: name });
      this.sides.set(address.toString(), content);
      return address;
    };
    const title = vscode.l10n.t("Proposed change of {0}", vscode.workspace.asRelativePath(uri));
    const stamp = String(Date.now());
    await vscode.commands.executeCommand("vscode.diff", side(`before-${stamp}`, text), side(stamp, after), title);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.sides.get(uri.toString()) ?? "";
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return this.of(document).flatMap((proposal) => {
      const range = rangeOf(document, proposal.place.span);
      const lens = (title: string, command: string): vscode.CodeLens =>
        new vscode.CodeLens(range, { title, command, arguments: [proposal] });
      return [
        lens(vscode.l10n.t("$(check) Accept"), "medley.chat.accept"),
        lens(vscode.l10n.t("$(close) Reject"), "medley.chat.reject"),
        lens(vscode.l10n.t("$(diff) Show Difference"), "medley.chat.showDifference"),
      ];
    });
  }

  private of(document: vscode.TextDocument): Proposal[] {
    return [...this.open].filter(({ uri }) => uri.toString() === document.uri.toString());
  }

  /** Of the document in front, the one that the cursor is in or comes after first. */
  private nearest(): Proposal | undefined {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return undefined;
    const cursor = editor.document.offsetAt(editor.selection.active);
    const here = this.of(editor.document).sort((a, b) => a.place.span.start - b.place.span.start);
    return here.find(({ place }) => cursor <= place.span.end) ?? here.at(-1);
  }

  private drop(proposal: Proposal): void {
    proposal.place.dispose();
    this.open.delete(proposal);
    this.show();
  }

  private show(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const ranges = this.of(editor.document).map(({ place }) => rangeOf(editor.document, place.span));
      editor.setDecorations(this.decoration, ranges);
    }
    const active = vscode.window.activeTextEditor;
    const here = active !== undefined && this.of(active.document).length > 0;
    void vscode.commands.executeCommand("setContext", contextKey, here);
    this.changed.fire();
  }
}

function overlap(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  return a.start < b.end && b.start < a.end;
}

function assertUnchanged(document: vscode.TextDocument, { span }: TrackedSpan, original: string): void {
  if (document.getText(rangeOf(document, span)) === original) return;
  throw new ConfigurationError(vscode.l10n.t("The text was changed after it was asked about."), {
    hint: vscode.l10n.t("Select it and ask again, or copy the answer."),
  });
}

/** What a document that cannot be written to says. */
export function cannotEdit(document: vscode.TextDocument): ConfigurationError {
  return new ConfigurationError(
    vscode.l10n.t("{0} cannot be changed.", vscode.workspace.asRelativePath(document.uri)),
    { hint: vscode.l10n.t("It may be read-only. Copy the answer instead.") },
  );
}
