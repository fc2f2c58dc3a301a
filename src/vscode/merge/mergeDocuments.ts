import path from "node:path";
import * as vscode from "vscode";
import { mergeLanguage } from "../../core/merge/language/mergeLanguage.ts";
import { Disposable } from "../common/disposable.ts";
import { isOfLanguage } from "../yaml/documentSource.ts";

/** Where help with merge configurations is asked for; the providers then look at the content. */
export const mergeSelector: vscode.DocumentSelector = [
  { language: "yaml" },
  { pattern: "**/*.merge.{yml,yaml}" },
  { pattern: "**/mergekit*.{yml,yaml}" },
];

/** Set for the editor in front, for menus and key bindings. */
export const mergeContextKey = "medley.isMergeConfiguration";

/** Files that the user has taken Medley's help from, in the workspace's memory. */
const switchedOffKey = "merge.switchedOff";

/** Which open documents are merge configurations: by their content, or by a name that says so. */
export class MergeDocuments extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  /** Fires when a file is switched on or off, when the editor in front becomes or ends being one, or another comes. */
  readonly onDidChange = this.changed.event;
  private state: string | undefined;

  constructor(private readonly memory: vscode.Memento) {
    super();
    this._register(vscode.window.onDidChangeActiveTextEditor(() => this.updateContext()));
    this._register(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) this.updateContext();
      }),
    );
    this.updateContext();
  }

  /** Whether Medley helps with a document: it is a merge configuration, and not switched off. */
  includes(document: vscode.TextDocument): boolean {
    return this.isConfiguration(document) && !this.isSwitchedOff(document);
  }

  /** Whether it is a merge configuration, helped with or not. */
  isConfiguration(document: vscode.TextDocument): boolean {
    return isOfLanguage(document, mergeLanguage);
  }

  isSwitchedOff({ uri }: vscode.TextDocument): boolean {
    return this.memory.get<string[]>(switchedOffKey, []).includes(uri.toString());
  }

  async switch(document: vscode.TextDocument, to: "on" | "off"): Promise<void> {
    const others = this.memory.get<string[]>(switchedOffKey, []).filter((uri) => uri !== document.uri.toString());
    await this.memory.update(switchedOffKey, to === "on" ? others : [...others, document.uri.toString()]);
    this.updateContext();
  }

  private updateContext(): void {
    const document = vscode.window.activeTextEditor?.document;
    const is = document !== undefined && this.includes(document);
    const state = `${is} ${document?.uri.toString()}`;
    if (state === this.state) return;
    this.state = state;
    void vscode.commands.executeCommand("setContext", mergeContextKey, is);
    this.changed.fire();
  }
}

/** Relative paths of a merge configuration start here: the folder that the file lies in, or the first that is open. */
export function mergeFolder({ uri }: Pick<vscode.TextDocument, "uri">): string | undefined {
  if (uri.scheme === "file") return path.dirname(uri.fsPath);
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}
