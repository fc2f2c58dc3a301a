import * as vscode from "vscode";
import { append } from "../../core/lists.ts";
import type { Completion } from "../../core/yaml/completion.ts";
import type { ConfigurationLanguage, Pause } from "../../core/yaml/configurationLanguage.ts";
import type { Diagnostic, Severity } from "../../core/yaml/diagnostic.ts";
import type { Fix } from "../../core/yaml/fix.ts";
import { Disposable } from "../common/disposable.ts";
import { markdownString } from "../common/markdownString.ts";
import { editorRange, isOfLanguage, sourceOf } from "./documentSource.ts";
import { LanguageLayout } from "./languageLayout.ts";

/** A configuration language as the editor has it. */
export interface EditorLanguage<Context, Found extends Diagnostic> {
  readonly language: ConfigurationLanguage<Context, Found>;
  /** Where its documents may be found; the language then looks at each. */
  readonly selector: vscode.DocumentSelector;
  /** What is known around a document. */
  contextOf(document: vscode.TextDocument): Context;
  /** Whether a document that the language recognises is helped with; without it each is. */
  isWanted?(document: vscode.TextDocument): boolean;
  /** Fires when other documents are wanted than before. */
  readonly onDidChangeWanted?: vscode.Event<void>;
  /** Where a code is explained. */
  explanationOf?(code: Found["code"]): vscode.Uri;
}

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

/** Completion, hover, diagnostics, quick fixes, formatting and folding in the documents of one language. */
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
    const { selector, onDidChangeWanted } = editorLanguage;
    const { languages, CodeActionKind } = vscode;
    this._register(languages.registerCompletionItemProvider(selector, this, " ", "/", "[", "{", ",", "+", "-"));
    this._register(languages.registerHoverProvider(selector, this));
    const providedCodeActionKinds = [CodeActionKind.QuickFix];
    this._register(languages.registerCodeActionsProvider(selector, this, { providedCodeActionKinds }));
    this._register(
      new LanguageLayout(
        { includes: (document) => this.includes(document), onDidChange: onDidChangeWanted },
        extension,
      ),
    );
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
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    if (!this.includes(document)) return [];
    const { language, contextOf } = this.editorLanguage;
    const actions: vscode.CodeAction[] = [];
    for (const shown of diagnostics) {
      // The editor hands out copies; a document that has changed since is looked at again first.
      const found = this.found
        .get(document)
        ?.find((own) => textOf(own) === shown.message && editorRange(document, own.range).isEqual(shown.range));
      if (found === undefined) continue;
      const fixes = await language.fixes(sourceOf(document), found, contextOf(document));
      append(
        actions,
        fixes.map((fix, index) => fixAction(document, fix, shown, index === 0)),
      );
    }
    return actions;
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
  action.edit = new vscode.WorkspaceEdit();
  for (const { range, text } of fix.edits) action.edit.replace(document.uri, editorRange(document, range), text);
  action.diagnostics = [diagnostic];
  action.isPreferred = isFirst && fix.kind !== "explain";
  if (fix.command !== undefined) {
    const { command, arguments: given } = fix.command;
    action.command = { title: action.title, command, arguments: [...given, document.uri] };
  }
  return action;
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
