import * as vscode from "vscode";
import { MedleyError } from "../../core/errors.ts";
import { Markdown } from "../../core/markdown.ts";
import { ruleAt, type ConfigurationLanguage, type ValueSuggestion } from "../../core/yaml/configurationLanguage.ts";
import { scalarAt, valueAtCursor } from "../../core/yaml/cursor.ts";
import { diagnose, type Diagnostic } from "../../core/yaml/diagnose.ts";
import type { OffsetRange } from "../../core/yaml/yamlText.ts";
import { SchemaService } from "../../node/yaml/schemaService.ts";
import { describeError } from "../common/describeError.ts";
import { Disposable } from "../common/disposable.ts";
import { markdownString } from "../common/markdownString.ts";

/** Which documents are of a language, and what its rules know of the world around one of them. */
export interface Documents<Context> {
  readonly selector: vscode.DocumentSelector;
  contextOf(document: vscode.TextDocument): Context;
}

/** A pause in typing after which a document is checked, in milliseconds. */
const checkDelay = 300;

const itemKinds: Readonly<Record<ValueSuggestion["kind"], vscode.CompletionItemKind>> = {
  value: vscode.CompletionItemKind.Value,
  group: vscode.CompletionItemKind.Module,
  file: vscode.CompletionItemKind.File,
};

/** Completion, hover, diagnostics and quick fixes for the documents of a configuration language. */
export class ConfigurationFeatures<Context>
  extends Disposable
  implements vscode.CompletionItemProvider, vscode.HoverProvider, vscode.CodeActionProvider
{
  private readonly schema: SchemaService;
  private readonly diagnostics: vscode.DiagnosticCollection;
  /** What was found in each document, for the fixes. */
  private readonly found = new WeakMap<vscode.Diagnostic, Diagnostic>();
  private readonly timers = new Map<vscode.TextDocument, NodeJS.Timeout>();

  constructor(
    private readonly language: ConfigurationLanguage<Context>,
    private readonly documents: Documents<Context>,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    const { selector } = documents;
    const onFailure = (error: unknown): void => {
      // The library itself trips over some half-written texts; anything else ought to be known of.
      if (error instanceof MedleyError) log.error(describeError(error));
      else
        log.debug(`yaml-language-server: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    };
    this.schema = this._register(new SchemaService(language.id, language.schema, onFailure));
    this.diagnostics = this._register(vscode.languages.createDiagnosticCollection(`medley-${language.id}`));
    this._register(vscode.languages.registerCompletionItemProvider(selector, this, " ", ":", "/", "[", ","));
    this._register(vscode.languages.registerHoverProvider(selector, this));
    this._register(
      vscode.languages.registerCodeActionsProvider(selector, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    );
    this._register(vscode.workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)));
    this._register(vscode.workspace.onDidChangeTextDocument(({ document }) => this.schedule(document, checkDelay)));
    this._register(vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)));
    this._register({ dispose: () => this.timers.forEach(clearTimeout) });
    this.checkAll();
  }

  /** Looks at every open document again, because the world around them has changed. */
  checkAll(): void {
    for (const document of vscode.workspace.textDocuments) this.schedule(document, 0);
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const text = document.getText();
    const offset = document.offsetAt(position);
    const cursor = valueAtCursor(text, offset);
    const rule = cursor && ruleAt(this.language, cursor.path);
    if (cursor === undefined || rule?.complete === undefined) return await this.schemaItems(document, text, offset);
    const suggestions = await rule.complete(this.documents.contextOf(document));
    return suggestions.map((suggestion, index) => valueItem(suggestion, index, rangeOf(document, cursor.word)));
  }

  private async schemaItems(
    document: vscode.TextDocument,
    text: string,
    offset: number,
  ): Promise<vscode.CompletionItem[]> {
    const completions = await this.schema.complete(text, offset);
    return completions.map(({ label, isKey, snippet, range, documentation }) => {
      const kind = isKey ? vscode.CompletionItemKind.Property : vscode.CompletionItemKind.EnumMember;
      const item = new vscode.CompletionItem(label, kind);
      item.insertText = new vscode.SnippetString(snippet);
      item.range = rangeOf(document, range);
      item.documentation = documentation;
      // After a key its value is wanted.
      if (isKey) item.command = { title: "", command: "editor.action.triggerSuggest" };
      return item;
    });
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const text = document.getText();
    const offset = document.offsetAt(position);
    const scalar = scalarAt(text, offset);
    const rule = scalar && ruleAt(this.language, scalar.path);
    if (scalar !== undefined && rule?.describe !== undefined) {
      const about = await this.describe(() => rule.describe!(scalar.value, this.documents.contextOf(document)));
      if (about !== undefined) return new vscode.Hover(markdownString(about), rangeOf(document, scalar.range));
    }
    const hover = await this.schema.hover(text, offset);
    return hover && new vscode.Hover(markdownString(Markdown.inert(hover.markdown)), rangeOf(document, hover.range));
  }

  /** What cannot be read is what there is to say about it. */
  private async describe(work: () => Promise<Markdown | undefined>): Promise<Markdown | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof MedleyError) return Markdown.text(describeError(error));
      throw error;
    }
  }

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const own = this.diagnostics.get(document.uri) ?? [];
    // The editor hands out copies.
    return own
      .filter(({ range, message }) => diagnostics.some((of) => of.message === message && of.range.isEqual(range)))
      .flatMap((diagnostic) => this.fixes(document, diagnostic));
  }

  private fixes(document: vscode.TextDocument, diagnostic: vscode.Diagnostic): vscode.CodeAction[] {
    const found = this.found.get(diagnostic);
    const replacements = (found?.suggestions ?? []).map((text, index) => {
      const title = vscode.l10n.t("Change to {0}", text);
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, diagnostic.range, text);
      action.isPreferred = index === 0;
      return action;
    });
    const actions = found?.action === undefined ? [] : [commandAction(found.action)];
    return [...actions, ...replacements].map((action) => Object.assign(action, { diagnostics: [diagnostic] }));
  }

  private schedule(document: vscode.TextDocument, delay: number): void {
    if (vscode.languages.match(this.documents.selector, document) === 0) return;
    clearTimeout(this.timers.get(document));
    const check = (): void => {
      this.timers.delete(document);
      this.check(document).catch((error: unknown) => this.log.error(describeError(error)));
    };
    this.timers.set(document, setTimeout(check, delay));
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    const { version } = document;
    const problems = await diagnose(document.getText(), this.language, this.documents.contextOf(document));
    if (document.isClosed || document.version !== version) return;
    this.diagnostics.set(
      document.uri,
      problems.map((problem) => this.editorDiagnostic(problem)),
    );
  }

  private editorDiagnostic(problem: Diagnostic): vscode.Diagnostic {
    const { severity, message, hint, start, end } = problem;
    const range = new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
    const text = [message, hint].filter((part) => part !== undefined).join(" ");
    const level = severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
    const diagnostic = new vscode.Diagnostic(range, text, level);
    diagnostic.source = "medley";
    this.found.set(diagnostic, problem);
    return diagnostic;
  }

  private forget(document: vscode.TextDocument): void {
    clearTimeout(this.timers.get(document));
    this.timers.delete(document);
    if (vscode.languages.match(this.documents.selector, document) > 0) this.diagnostics.delete(document.uri);
  }
}

function commandAction({ title, command, arguments: given }: NonNullable<Diagnostic["action"]>): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { title, command, arguments: [...given] };
  action.isPreferred = true;
  return action;
}

function valueItem(suggestion: ValueSuggestion, index: number, range: vscode.Range): vscode.CompletionItem {
  const { value, label = value, detail, documentation, kind } = suggestion;
  const item = new vscode.CompletionItem({ label, description: detail }, itemKinds[kind]);
  item.filterText = value;
  item.range = range;
  // Characters that mean something to YAML in a plain text.
  item.insertText = /[:#,[\]{}&*!|>'"%@`]|^[-? ]|\s$/.test(value) ? JSON.stringify(value) : value;
  if (documentation !== undefined) item.documentation = markdownString(documentation);
  // In the order of the registry, not of the alphabet.
  item.sortText = String(index).padStart(5, "0");
  return item;
}

function rangeOf(document: vscode.TextDocument, [start, end]: OffsetRange): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
