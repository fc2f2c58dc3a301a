import { setImmediate } from "node:timers/promises";
import * as vscode from "vscode";
import type { Diagnostic, Severity } from "../../core/merge/config/diagnostics/diagnostic.ts";
import { diagnosticsPage, lineOnPage } from "../../core/merge/config/diagnosticCodes.ts";
import { checkDelay, diagnoseMergeInSteps } from "../../core/merge/language/diagnoseMerge.ts";
import { describeError } from "../common/describeError.ts";
import { Disposable } from "../common/disposable.ts";
import { editorRange, type ContextOf } from "./languageRanges.ts";
import type { MergeDocuments } from "./mergeDocuments.ts";

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** Checks merge configurations as they are opened and written. */
export class LanguageDiagnostics extends Disposable {
  private readonly collection = this._register(vscode.languages.createDiagnosticCollection("medley-merge"));
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly found = new WeakMap<vscode.TextDocument, readonly Diagnostic[]>();

  constructor(
    private readonly documents: MergeDocuments,
    private readonly contextOf: ContextOf,
    private readonly log: vscode.LogOutputChannel,
    /** Where the page that explains the codes lies. */
    private readonly extension: vscode.Uri,
  ) {
    super();
    const { workspace } = vscode;
    this._register(workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)));
    this._register(workspace.onDidChangeTextDocument(({ document }) => this.schedule(document, checkDelay)));
    this._register(workspace.onDidCloseTextDocument((document) => this.forget(document)));
    this._register(documents.onDidChange(() => this.checkAll()));
    this._register({ dispose: () => this.timers.forEach(clearTimeout) });
    this.checkAll();
  }

  /** Looks at every open document again, because the world around them has changed. */
  checkAll(): void {
    for (const document of vscode.workspace.textDocuments) this.schedule(document, 0);
  }

  /** What was found in a document when it was last checked. */
  of(document: vscode.TextDocument): readonly Diagnostic[] {
    return this.found.get(document) ?? [];
  }

  private schedule(document: vscode.TextDocument, delay: number): void {
    const key = document.uri.toString();
    if (!this.documents.isConfiguration(document) && !this.collection.has(document.uri)) return;
    clearTimeout(this.timers.get(key));
    const check = (): void => {
      this.timers.delete(key);
      this.check(document).catch((error: unknown) => this.log.error(describeError(error)));
    };
    this.timers.set(key, setTimeout(check, delay));
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    if (document.isClosed) return;
    if (!this.documents.includes(document)) {
      this.collection.delete(document.uri);
      this.found.delete(document);
      return;
    }
    const { version } = document;
    const isCurrent = () => document.version === version && !document.isClosed && this.documents.includes(document);
    const pause = () => setImmediate(undefined).then(isCurrent);
    const found = await diagnoseMergeInSteps(document.getText(), this.contextOf(document), pause);
    // Another check follows each change.
    if (found === undefined) return;
    this.found.set(document, found);
    this.collection.set(
      document.uri,
      found.map((diagnostic) => editorDiagnostic(document, diagnostic, this.extension)),
    );
  }

  private forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.collection.delete(document.uri);
  }
}

function editorDiagnostic(
  document: vscode.TextDocument,
  { range, message, severity, code }: Diagnostic,
  extension: vscode.Uri,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(editorRange(document, range), message, severities[severity]);
  diagnostic.source = "medley";
  const target = vscode.Uri.joinPath(extension, diagnosticsPage).with({ fragment: `L${lineOnPage(code)}` });
  diagnostic.code = { value: code, target };
  return diagnostic;
}
