import * as vscode from "vscode";
import { append } from "../../core/lists.ts";
import type { Completion } from "../../core/yaml/completion.ts";
import type { Pause } from "../../core/yaml/configurationLanguage.ts";
import type { Diagnostic, Severity } from "../../core/yaml/diagnostic.ts";
import type { Fix } from "../../core/yaml/fix.ts";
import type { TextEdit } from "../../core/yaml/textEdits.ts";
import { Disposable } from "../common/disposable.ts";
import { markdownString } from "../common/markdownString.ts";
import { editorRange, isOfLanguage, sourceOf } from "./documentSource.ts";
import type { EditorLanguage, Rewrite } from "./editorLanguage.ts";
import type { DocumentSet } from "./includedDocuments.ts";
import { LanguageLayout } from "./languageLayout.ts";
import { LanguageLenses } from "./languageLenses.ts";
import { LanguageNavigation } from "./languageNavigation.ts";

const itemKinds: Readonly<Record<Completion["kind"], vscode.CompletionItemKind>> = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.Value,
  group: vscode.CompletionItemKind.Module,
  file: vscode.CompletionItemKind.File,
  method: vscode.CompletionItemKind.Method,
  model: vscode.CompletionItemKind.Folder,
  adapter: vscode.CompletionItemKind.Module,
  merge: vscode.CompletionItemKind.Reference,
  tensor: vscode.CompletionItemKind.Field,
  token: vscode.CompletionItemKind.Text,
  snippet: vscode.CompletionItemKind.Snippet,
};

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** All help with the documents of one language: what it leaves out is not registered. */
export class LanguageHelp<Context, Found extends Diagnostic>
  extends Disposable
  implements vscode.CompletionItemProvider, vscode.HoverProvider, vscode.CodeActionProvider
{
  private readonly found = new WeakMap<vscode.TextDocument, readonly Found[]>();

  /** @param extension the identifier of this extension */
  constructor(
    private readonly editorLanguage: EditorLanguage<Context, Found>,
    extension: string,
  ) {
    super();
    const { selector, onDidChangeWanted, rewritesAt, lenses } = editorLanguage;
    const { languages, CodeActionKind } = vscode;
    this._register(languages.registerCompletionItemProvider(selector, this, " ", "/", "[", "{", ",", "+", "-"));
    this._register(languages.registerHoverProvider(selector, this));
    const providedCodeActionKinds = [
      CodeActionKind.QuickFix,
      ...(rewritesAt === undefined ? [] : [CodeActionKind.RefactorRewrite]),
    ];
    this._register(languages.registerCodeActionsProvider(selector, this, { providedCodeActionKinds }));
    const documents: DocumentSet = {
      includes: (document) => this.includes(document),
      onDidChange: onDidChangeWanted,
    };
    this._register(new LanguageLayout(documents, extension));
    this._register(new LanguageNavigation(editorLanguage, documents));
    if (lenses !== undefined) this._register(new LanguageLenses(lenses, selector, documents));
  }

  /** Whether a document is of this language, and help with it is wanted. */
  includes(document: vscode.TextDocument): boolean {
    const { selector, language, isWanted } = this.editorLanguage;
    if (vscode.languages.match(selector, document) === 0) return false;
    return isOfLanguage(document, language) && (isWanted?.(document) ?? true);
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    if (!this.includes(document)) return [];
    const { language, contextOf } = this.editorLanguage;
    const offset = document.offsetAt(position);
    const found = await language.complete(sourceOf(document), offset, contextOf(document));
    return found.map((completion, index) => completionItem(document, completion, index));
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    if (!this.includes(document)) return undefined;
    const { language, contextOf } = this.editorLanguage;
    const hover = await language.hover(sourceOf(document), document.offsetAt(position), contextOf(document));
    return hover && new vscode.Hover(markdownString(hover.markdown), editorRange(document, hover.range));
  }

  /** @returns undefined where the check was ended */
  async check(document: vscode.TextDocument, pause: Pause): Promise<readonly vscode.Diagnostic[] | undefined> {
    const { language, contextOf } = this.editorLanguage;
    const found = await language.diagnose(sourceOf(document), contextOf(document), pause);
    if (found === undefined || !(await pause())) return undefined;
    this.found.set(document, found);
    return found.map((diagnostic) => this.editorDiagnostic(document, diagnostic));
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    { start }: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    if (!this.includes(document)) return [];
    const { language, contextOf, rewritesAt } = this.editorLanguage;
    const source = sourceOf(document);
    const context = contextOf(document);
    const actions: vscode.CodeAction[] = [];
    for (const shown of diagnostics) {
      // The editor hands out copies; a document that has changed since is looked at again first.
      const found = this.found
        .get(document)
        ?.find((own) => textOf(own) === shown.message && editorRange(document, own.range).isEqual(shown.range));
      if (found === undefined) continue;
      const fixes = await language.fixes(source, found, context);
      append(
        actions,
        fixes.map((fix, index) => fixAction(document, fix, shown, index === 0)),
      );
    }
    const rewrites = rewritesAt?.(source, document.offsetAt(start), context) ?? [];
    return [...actions, ...rewrites.map((rewrite) => rewriteAction(document, rewrite))];
  }

  private editorDiagnostic(document: vscode.TextDocument, found: Found): vscode.Diagnostic {
    const { range, severity, code } = found;
    const diagnostic = new vscode.Diagnostic(editorRange(document, range), textOf(found), severities[severity]);
    diagnostic.source = "medley";
    const target = this.editorLanguage.explanationOf?.(code);
    diagnostic.code = target === undefined ? code : { value: code, target };
    return diagnostic;
  }
}

function textOf({ message, hint }: Diagnostic): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

function completionItem(document: vscode.TextDocument, completion: Completion, index: number): vscode.CompletionItem {
  const { label, kind, detail, documentation, insert, range, filter, continues } = completion;
  const item = new vscode.CompletionItem(
    { label, ...(detail === undefined ? {} : { description: detail }) },
    itemKinds[kind],
  );
  item.insertText = new vscode.SnippetString(insert);
  item.range = editorRange(document, range);
  // In the order of use, not of the alphabet.
  item.sortText = String(index).padStart(5, "0");
  item.preselect = index === 0;
  if (filter !== undefined) item.filterText = filter;
  if (documentation !== undefined) item.documentation = markdownString(documentation);
  if (continues === true) item.command = { title: "", command: "editor.action.triggerSuggest" };
  return item;
}

function fixAction(
  document: vscode.TextDocument,
  fix: Fix,
  diagnostic: vscode.Diagnostic,
  isFirst: boolean,
): vscode.CodeAction {
  const action = new vscode.CodeAction(titleOf(fix), vscode.CodeActionKind.QuickFix);
  action.edit = editorEdit(document, fix.edits);
  action.diagnostics = [diagnostic];
  action.isPreferred = isFirst && fix.kind !== "explain";
  if (fix.command !== undefined) {
    const { command, arguments: given } = fix.command;
    action.command = { title: action.title, command, arguments: [...given, document.uri] };
  }
  return action;
}

function rewriteAction(document: vscode.TextDocument, { title, edits }: Rewrite): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.RefactorRewrite);
  action.edit = editorEdit(document, edits);
  return action;
}

function editorEdit(document: vscode.TextDocument, edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { range, text } of edits) edit.replace(document.uri, editorRange(document, range), text);
  return edit;
}

function titleOf({ kind, subject }: Fix): string {
  switch (kind) {
    case "command":
      return subject;
    case "explain":
      return vscode.l10n.t("Show where {0} was looked for", subject);
    case "move":
      return vscode.l10n.t("Move {0} under `parameters`", subject);
    case "replace":
      return vscode.l10n.t("Change to {0}", subject);
    case "remove":
      return vscode.l10n.t("Remove {0}", subject);
    case "add":
      return vscode.l10n.t("Add {0}", subject);
  }
}
