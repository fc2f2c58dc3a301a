import { setImmediate } from "node:timers/promises";
import * as vscode from "vscode";
import { describeError } from "../../core/errors.ts";
import { checkDelay } from "../../core/yaml/configurationLanguage.ts";
import type { Diagnostic } from "../../core/yaml/diagnostic.ts";
import { Disposable } from "../common/disposable.ts";
import type { EditorLanguage } from "./editorLanguage.ts";
import { LanguageHelp } from "./languageHelp.ts";

type Checker = Pick<LanguageHelp<never, never>, "includes" | "check">;

/** Every configuration language that the editor helps with. Checks their documents as they are opened and written. */
export class ConfigurationLanguages extends Disposable {
  private readonly collection = this._register(vscode.languages.createDiagnosticCollection("medley"));
  private readonly checkers: Checker[] = [];
  private readonly timers = new Map<string, NodeJS.Timeout>();

  /** @param extension the identifier of this extension */
  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly extension: string,
  ) {
    super();
    const { workspace } = vscode;
    this._register(workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)));
    this._register(workspace.onDidChangeTextDocument(({ document }) => this.schedule(document, checkDelay)));
    this._register(workspace.onDidCloseTextDocument((document) => this.forget(document)));
    this._register({ dispose: () => this.timers.forEach(clearTimeout) });
  }

  /** Helps with the documents of a language from now on. */
  add<Context, Found extends Diagnostic>(language: EditorLanguage<Context, Found>): void {
    const help = this._register(new LanguageHelp(language, this.extension));
    this.checkers.push(help);
    if (language.onDidChangeWanted !== undefined) {
      this._register(language.onDidChangeWanted(() => this.checkAll()));
    }
    this.checkAll();
  }

  /** Looks at every open document again, because the world around them has changed. */
  checkAll(): void {
    for (const document of vscode.workspace.textDocuments) this.schedule(document, 0);
  }

  private checkerOf(document: vscode.TextDocument): Checker | undefined {
    return this.checkers.find((checker) => checker.includes(document));
  }

  private schedule(document: vscode.TextDocument, delay: number): void {
    const key = document.uri.toString();
    if (this.checkerOf(document) === undefined && !this.collection.has(document.uri)) return;
    clearTimeout(this.timers.get(key));
    const check = (): void => {
      this.timers.delete(key);
      this.check(document).catch((error: unknown) => this.log.error(describeError(error)));
    };
    this.timers.set(key, setTimeout(check, delay));
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    if (document.isClosed) return;
    const checker = this.checkerOf(document);
    if (checker === undefined) {
      this.collection.delete(document.uri);
      return;
    }
    const { version } = document;
    const isCurrent = (): boolean =>
      document.version === version && !document.isClosed && this.checkerOf(document) === checker;
    const found = await checker.check(document, () => setImmediate(undefined).then(isCurrent));
    // Another check follows each change.
    if (found !== undefined) this.collection.set(document.uri, found);
  }

  private forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.collection.delete(document.uri);
  }
}
