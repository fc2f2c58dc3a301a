import * as vscode from "vscode";
import type { Fix } from "../../core/merge/language/fixes.ts";
import { fixesFor } from "../../core/merge/language/fixes.ts";
import { mergeMethods } from "../../core/merge/methods/registry.ts";
import { Disposable } from "../common/disposable.ts";
import type { LanguageDiagnostics } from "./languageDiagnostics.ts";
import { editorRange, mergeSelector } from "./languageRanges.ts";
import type { MergeDocuments } from "./mergeDocuments.ts";

/** Quick fixes for what is underlined in merge configurations. */
export class LanguageFixes extends Disposable implements vscode.CodeActionProvider {
  constructor(
    private readonly documents: MergeDocuments,
    private readonly diagnostics: LanguageDiagnostics,
  ) {
    super();
    const metadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
    this._register(vscode.languages.registerCodeActionsProvider(mergeSelector, this, metadata));
  }

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (!this.documents.includes(document)) return [];
    const text = document.getText();
    return diagnostics.flatMap((shown) => {
      // The editor hands out copies; a document that has changed since is looked at again first.
      const found = this.diagnostics
        .of(document)
        .find(({ message, range }) => message === shown.message && editorRange(document, range).isEqual(shown.range));
      const fixes = found === undefined ? [] : fixesFor(text, found, mergeMethods);
      return fixes.map((fix, index) => action(document, fix, shown, index === 0));
    });
  }
}

function action(
  document: vscode.TextDocument,
  fix: Fix,
  diagnostic: vscode.Diagnostic,
  isPreferred: boolean,
): vscode.CodeAction {
  const made = new vscode.CodeAction(titleOf(fix), vscode.CodeActionKind.QuickFix);
  made.edit = new vscode.WorkspaceEdit();
  for (const { range, text } of fix.edits) made.edit.replace(document.uri, editorRange(document, range), text);
  made.diagnostics = [diagnostic];
  made.isPreferred = isPreferred;
  return made;
}

function titleOf({ kind, subject }: Fix): string {
  if (kind === "replace") return vscode.l10n.t("Change to {0}", subject);
  return kind === "remove" ? vscode.l10n.t("Remove {0}", subject) : vscode.l10n.t("Add {0}", subject);
}
