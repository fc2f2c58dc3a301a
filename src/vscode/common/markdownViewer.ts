import * as vscode from "vscode";
import { Disposable } from "./disposable.ts";

const scheme = "medley";

/** Shows Markdown that Medley has made: a read-only document without a file, in its preview. */
export class MarkdownViewer extends Disposable implements vscode.TextDocumentContentProvider {
  /** Kept for the whole session: a preview reads its document again long after VS Code has closed it. */
  private readonly contents = new Map<string, string>();
  private readonly changed = this._register(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;

  constructor() {
    super();
    this._register(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
  }

  /** @param title what the tab is called; a second document of the same title replaces the first */
  async show(title: string, markdown: string): Promise<void> {
    await vscode.commands.executeCommand("markdown.showPreview", this.update(title, markdown));
  }

  /** The same, beside the active editor. */
  async showBeside(title: string, markdown: string): Promise<void> {
    await vscode.commands.executeCommand("markdown.showPreviewToSide", this.update(title, markdown));
  }

  /** Replaces the text of the document with this title, wherever it is shown. */
  private update(title: string, markdown: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${title.replaceAll("/", "∕")}.md` });
    this.contents.set(uri.toString(), markdown);
    this.changed.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.contents.get(uri.toString()) ?? vscode.l10n.t("This was shown in an earlier session. Run the command again.")
    );
  }
}
