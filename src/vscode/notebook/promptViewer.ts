import * as vscode from "vscode";
import type { ShownPrompt } from "../../node/tasks/protocol.ts";
import { Disposable } from "../common/disposable.ts";

const scheme = "medley-prompt";

/** Shows prompts as plain read-only text, to the last character: nothing in them is interpreted. */
export class PromptViewer extends Disposable implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changed = this._register(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;

  constructor() {
    super();
    this._register(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this._register(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === scheme) this.texts.delete(uri.toString());
      }),
    );
  }

  async show({ benchmark, item, protocol, shots, context, answers }: ShownPrompt): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${protocol}, ${shots} shots, ${benchmark} ${item}.txt` });
    const scored = answers.length === 0 ? [] : [rule(vscode.l10n.t("Scored after it")), ...answers];
    this.texts.set(uri.toString(), [context, ...scored].join("\n"));
    this.changed.fire(uri);
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? vscode.l10n.t("Show the prompt again: it was not kept.");
  }
}

function rule(title: string): string {
  return `\n──── ${title} ────`;
}
