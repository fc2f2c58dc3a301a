import * as vscode from "vscode";
import { conversionAt, type Conversion } from "../../core/merge/language/convertDefinition.ts";
import { fixesFor, type Fix } from "../../core/merge/language/fixes.ts";
import type { TextEdit } from "../../core/yaml/textEdits.ts";
import { Disposable } from "../common/disposable.ts";
import type { LanguageDiagnostics } from "./languageDiagnostics.ts";
import { editorRange, mergeSelector, type ContextOf } from "./languageRanges.ts";
import { mergeFolder, type MergeDocuments } from "./mergeDocuments.ts";
import { modelPlacesCommand } from "./modelPlaces.ts";

/** Quick fixes for what is underlined in merge configurations, and conversions of how a merge is written. */
export class LanguageFixes extends Disposable implements vscode.CodeActionProvider {
  constructor(
    private readonly documents: MergeDocuments,
    private readonly diagnostics: LanguageDiagnostics,
    private readonly contextOf: ContextOf,
  ) {
    super();
    const { QuickFix, RefactorRewrite } = vscode.CodeActionKind;
    const metadata = { providedCodeActionKinds: [QuickFix, RefactorRewrite] };
    this._register(vscode.languages.registerCodeActionsProvider(mergeSelector, this, metadata));
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    if (!this.documents.includes(document)) return [];
    const context = this.contextOf(document);
    const models = diagnostics.some(isMissingModel) ? ((await context.models?.()) ?? []) : [];
    const paths = models.filter(({ kind }) => kind === "checkpoint").map(({ path }) => path);
    const text = document.getText();
    const fixes = diagnostics.flatMap((shown) => {
      // The editor hands out copies; a document that has changed since is looked at again first.
      const found = this.diagnostics
        .of(document)
        .find(
          ({ message, range: place }) => message === shown.message && editorRange(document, place).isEqual(shown.range),
        );
      const made = found === undefined ? [] : fixesFor(text, found, { ...context, paths });
      return made.map((fix, index) => fixAction(document, fix, shown, index === 0));
    });
    const conversion = conversionAt(text, document.offsetAt(range.start), context.facts);
    return conversion === undefined ? fixes : [...fixes, conversionAction(document, conversion)];
  }
}

function isMissingModel({ code }: vscode.Diagnostic): boolean {
  return typeof code === "object" && code.value === "merge.modelMissing";
}

function fixAction(
  document: vscode.TextDocument,
  fix: Fix,
  diagnostic: vscode.Diagnostic,
  isPreferred: boolean,
): vscode.CodeAction {
  const made = action(document, titleOf(fix), vscode.CodeActionKind.QuickFix, fix.edits);
  made.diagnostics = [diagnostic];
  made.isPreferred = isPreferred && fix.kind !== "explain";
  const folder = mergeFolder(document);
  if (fix.kind === "explain" && folder !== undefined) {
    made.command = { title: made.title, command: modelPlacesCommand, arguments: [fix.subject, folder] };
  }
  return made;
}

function conversionAction(document: vscode.TextDocument, { to, edits }: Conversion): vscode.CodeAction {
  const title =
    to === "slices"
      ? vscode.l10n.t("Convert `models` to `slices` with layer ranges")
      : vscode.l10n.t("Convert `slices` to `models` of all layers");
  return action(document, title, vscode.CodeActionKind.RefactorRewrite, edits);
}

function action(
  document: vscode.TextDocument,
  title: string,
  kind: vscode.CodeActionKind,
  edits: readonly TextEdit[],
): vscode.CodeAction {
  const made = new vscode.CodeAction(title, kind);
  made.edit = new vscode.WorkspaceEdit();
  for (const { range, text } of edits) made.edit.replace(document.uri, editorRange(document, range), text);
  return made;
}

function titleOf({ kind, subject }: Fix): string {
  if (kind === "explain") return vscode.l10n.t("Show where {0} was looked for", subject);
  if (kind === "move") return vscode.l10n.t("Move {0} under `parameters`", subject);
  if (kind === "replace") return vscode.l10n.t("Change to {0}", subject);
  return kind === "remove" ? vscode.l10n.t("Remove {0}", subject) : vscode.l10n.t("Add {0}", subject);
}
