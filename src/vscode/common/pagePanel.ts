import * as vscode from "vscode";
import type { z } from "zod";
import type { PageAnswer, PageContract, PageNotification } from "../../core/pages/contract.ts";
import { describeIssue } from "../../core/schemaProblems.ts";
import { Disposable } from "./disposable.ts";
import { pageHtml } from "./pageHtml.ts";

/** A kind of tab that shows a page. */
export interface PanelKind<State> {
  /** As package.json has it. */
  readonly viewType: string;
  /** The page's module: a file in dist/webview. */
  readonly script: string;
  /** The element of the document that the page draws into; it carries the state as JSON in its attribute `data-state`. */
  readonly elementId: string;
  /** What the page passes to `setState`; the tab is restored from it after a reload. */
  readonly state: z.ZodType<State>;
}

/** A page in a tab of the editor. Closing the tab disposes it, and disposing it closes the tab. */
export abstract class PagePanel<Contract extends PageContract, State> extends Disposable {
  /** @param panel new, or given back by the editor after a reload */
  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly kind: PanelKind<State>,
    private readonly extension: vscode.Uri,
  ) {
    super();
    this._register({ dispose: () => panel.dispose() });
    this._register(panel.onDidDispose(() => this.dispose()));
  }

  /** Loads the page. @param answer what it asks is answered with; undefined for what is no request */
  protected load(title: string, state: State, answer: (message: unknown) => Promise<PageAnswer | undefined>): void {
    const { webview } = this.panel;
    const scripts = vscode.Uri.joinPath(this.extension, "dist", "webview");
    this.title = title;
    webview.options = { enableScripts: true, localResourceRoots: [scripts] };
    this._register(
      webview.onDidReceiveMessage(async (message: unknown) => {
        const answered = await answer(message);
        if (answered !== undefined) await webview.postMessage(answered);
      }),
    );
    const { script, elementId } = this.kind;
    webview.html = pageHtml(webview, { script: vscode.Uri.joinPath(scripts, script), title, elementId, state });
  }

  set title(title: string) {
    this.panel.title = title;
  }

  /** @param preserveFocus whether the keyboard stays where it is */
  reveal({ preserveFocus = false } = {}): void {
    this.panel.reveal(undefined, preserveFocus);
  }

  /** Calls back when the tab is gone. */
  onDidClose(listener: () => void): void {
    this.panel.onDidDispose(listener);
  }

  protected async notify(notification: PageNotification<Contract>): Promise<void> {
    await this.panel.webview.postMessage(notification);
  }
}

/** Gives tabs of a kind back after a reload; those whose state cannot be read are closed. */
export function restorePanels<State>(
  { viewType, state }: PanelKind<State>,
  log: vscode.LogOutputChannel,
  adopt: (panel: vscode.WebviewPanel, state: State) => void,
): vscode.Disposable {
  return vscode.window.registerWebviewPanelSerializer(viewType, {
    deserializeWebviewPanel(panel, saved: unknown) {
      const read = state.safeParse(saved, { reportInput: true });
      if (read.success) adopt(panel, read.data);
      else {
        log.error(`A tab (${viewType}) cannot be restored: ${describeIssue(read.error.issues[0]!).message}`);
        panel.dispose();
      }
      return Promise.resolve();
    },
  });
}
