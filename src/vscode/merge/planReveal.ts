import * as vscode from "vscode";
import { placeInText, type PlanPlace } from "../../core/merge/plan/view/placeInText.ts";
import { Disposable } from "../common/disposable.ts";

/** Shows parts of a plan in the configuration that they are from, and marks them until the cursor is moved. */
export class PlanReveal extends Disposable {
  private readonly mark = this._register(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
      borderColor: new vscode.ThemeColor("editor.rangeHighlightBorder"),
    }),
  );
  private marked: vscode.TextEditor | undefined;

  constructor() {
    super();
    this._register(
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
        if (kind !== undefined && kind !== vscode.TextEditorSelectionChangeKind.Command) this.clear();
      }),
    );
  }

  /** Shows a slice or a model, whose place is looked up in the text as it is now. */
  async reveal(uri: vscode.Uri, place: PlanPlace): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const found = placeInText(document.getText(), place);
    if (found === undefined) return;
    const [start, end] = [document.positionAt(found.start), document.positionAt(found.end)];
    // Whole lines: what comes into view is not to be pushed sideways.
    const range = new vscode.Range(start.line, 0, end.line, 0);
    const editor = await this.show(document, range, { preserveFocus: true });
    this.clear();
    editor.setDecorations(this.mark, [range]);
    this.marked = editor;
  }

  /** Puts the cursor at a place. */
  async goTo(uri: vscode.Uri, position: vscode.Position): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    await this.show(document, new vscode.Range(position, position), { preserveFocus: false });
  }

  /** In the editor that shows the document, which the keyboard stays out of if it is to. */
  private async show(
    document: vscode.TextDocument,
    range: vscode.Range,
    { preserveFocus }: { readonly preserveFocus: boolean },
  ): Promise<vscode.TextEditor> {
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    const viewColumn = shown?.viewColumn ?? vscode.ViewColumn.One;
    const selection = new vscode.Range(range.start, range.start);
    const editor = await vscode.window.showTextDocument(document, { viewColumn, preserveFocus, selection });
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    return editor;
  }

  private clear(): void {
    this.marked?.setDecorations(this.mark, []);
    this.marked = undefined;
  }
}
