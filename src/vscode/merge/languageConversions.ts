import * as vscode from "vscode";
import { conversionAt, type Conversion } from "../../core/merge/language/convertDefinition.ts";
import { Disposable } from "../common/disposable.ts";
import { editorRange, sourceOf } from "../yaml/documentSource.ts";
import { mergeSelector, type ContextOf, type MergeDocuments } from "./mergeDocuments.ts";

/** Conversions of how a merge is written, which leave what it does. */
export class LanguageConversions extends Disposable implements vscode.CodeActionProvider {
  constructor(
    private readonly documents: MergeDocuments,
    private readonly contextOf: ContextOf,
  ) {
    super();
    const metadata = { providedCodeActionKinds: [vscode.CodeActionKind.RefactorRewrite] };
    this._register(vscode.languages.registerCodeActionsProvider(mergeSelector, this, metadata));
  }

  provideCodeActions(document: vscode.TextDocument, { start }: vscode.Range): vscode.CodeAction[] {
    if (!this.documents.includes(document)) return [];
    const { facts } = this.contextOf(document);
    const conversion = conversionAt(sourceOf(document), document.offsetAt(start), facts);
    return conversion === undefined ? [] : [conversionAction(document, conversion)];
  }
}

function conversionAction(document: vscode.TextDocument, { to, edits }: Conversion): vscode.CodeAction {
  const title =
    to === "slices"
      ? vscode.l10n.t("Convert `models` to `slices` with layer ranges")
      : vscode.l10n.t("Convert `slices` to `models` of all layers");
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.RefactorRewrite);
  action.edit = new vscode.WorkspaceEdit();
  for (const { range, text } of edits) action.edit.replace(document.uri, editorRange(document, range), text);
  return action;
}
