import path from "node:path";
import * as vscode from "vscode";
import { MedleyError } from "../../core/errors.ts";
import {
  planElementId,
  planRequestSchema,
  type PlanMessage,
  type PlanPanelState,
  type PlanRequestMessage,
} from "../../core/merge/plan/view/messages.ts";
import { placeAt } from "../../core/merge/plan/view/placeInText.ts";
import { describeIssue, fieldOf } from "../../core/schemaProblems.ts";
import { planMethods, type PlanRequest } from "../../node/merge/planProtocol.ts";
import { describeError } from "../common/describeError.ts";
import { Disposable } from "../common/disposable.ts";
import { pageHtml } from "../common/pageHtml.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { mergeFolder } from "./mergeDocuments.ts";
import { PlanReveal } from "./planReveal.ts";

/** Milliseconds without a change after which the plan follows its document. */
const quiet = 250;

/** The panel "Merge plan": draws nothing itself, but asks for the plan of its document and passes it on to the page. */
export class PlanPanel extends Disposable {
  static readonly viewType = "medley.mergePlan";
  private uri: vscode.Uri;
  private timer: NodeJS.Timeout | undefined;
  /** Counts plans that were asked for; only the latest is shown. */
  private version = 0;
  private readonly places = this._register(new PlanReveal());

  /** @param panel new, or given back by the editor after a reload */
  constructor(
    private readonly panel: vscode.WebviewPanel,
    state: PlanPanelState,
    private readonly services: Services,
  ) {
    super();
    this.uri = vscode.Uri.parse(state.uri);
    const { webview } = panel;
    const scripts = vscode.Uri.joinPath(services.context.extensionUri, "dist", "webview");
    webview.options = { enableScripts: true, localResourceRoots: [scripts] };
    this._register(webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    this._register({ dispose: () => clearTimeout(this.timer) });
    this._register({ dispose: () => panel.dispose() });
    this.followWorkspace();
    panel.title = this.title;
    webview.html = pageHtml(webview, {
      script: vscode.Uri.joinPath(scripts, "planPanel.js"),
      title: this.title,
      elementId: planElementId,
      state,
    });
  }

  /** Shows the plan of another document. */
  show(uri: vscode.Uri): void {
    if (uri.toString() === this.uri.toString()) return;
    this.uri = uri;
    this.panel.title = this.title;
    void this.plan();
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  private get title(): string {
    return vscode.l10n.t("Merge plan: {0}", path.posix.basename(this.uri.path));
  }

  /** The plan depends on the text and on the models' files. */
  private followWorkspace(): void {
    const { workspace, window } = vscode;
    const isShown = ({ uri }: vscode.TextDocument) => uri.toString() === this.uri.toString();
    this._register(
      workspace.onDidChangeTextDocument(({ document }) => {
        if (isShown(document)) this.planSoon();
      }),
    );
    this._register(
      workspace.onDidSaveTextDocument((document) => {
        if (isShown(document)) this.planSoon();
      }),
    );
    const models = this._register(workspace.createFileSystemWatcher("**/{config,adapter_config}.json"));
    for (const event of [models.onDidCreate, models.onDidChange, models.onDidDelete]) {
      this._register(event(() => this.planSoon()));
    }
    // Models that lie elsewhere are not watched; they may have come while the user was in a terminal.
    this._register(
      window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.planSoon();
      }),
    );
    this._register(
      window.onDidChangeTextEditorSelection(({ textEditor: { document, selection } }) => {
        if (isShown(document)) this.sendPlace(document, selection.active);
      }),
    );
  }

  private planSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.plan(), quiet);
  }

  private async plan(): Promise<void> {
    clearTimeout(this.timer);
    const version = ++this.version;
    const shown = { uri: this.uri.toString(), file: path.posix.basename(this.uri.path) };
    let message: PlanMessage;
    try {
      const plan = await this.services.service.call(planMethods.view, await this.request());
      message = { type: "plan", ...shown, version, plan };
    } catch (error) {
      message = { type: "problem", ...shown, ...this.problemOf(error) };
    }
    if (version === this.version) await this.send(message);
  }

  private async tensors(merge: string | null): Promise<void> {
    const { version } = this;
    try {
      const rows = await this.services.service.call(planMethods.tensors, { ...(await this.request()), merge });
      await this.send({ type: "tensors", version, merge, rows });
    } catch (error) {
      const { message, hint } = this.problemOf(error);
      await this.send({ type: "tensorsProblem", version, merge, message, ...(hint !== undefined && { hint }) });
    }
  }

  private async request(): Promise<PlanRequest> {
    const document = await vscode.workspace.openTextDocument(this.uri);
    const { mergeMemory } = readSettings(vscode.workspace.getWorkspaceFolder(this.uri));
    const folder = mergeFolder(document);
    return {
      file: this.uri.fsPath,
      text: document.getText(),
      memory: mergeMemory * 2 ** 20,
      ...(folder !== undefined && { folder }),
    };
  }

  private problemOf(error: unknown) {
    if (!(error instanceof MedleyError)) this.services.log.error(describeError(error));
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof MedleyError)) return { message };
    const { hint, place } = error;
    return {
      message,
      ...(hint !== undefined && { hint }),
      ...(place?.line !== undefined && { line: place.line, column: place.column ?? 1 }),
    };
  }

  private sendPlace(document: vscode.TextDocument, position: vscode.Position): void {
    const place = placeAt(document.getText(), document.offsetAt(position));
    if (place !== undefined) void this.send({ type: "place", ...place });
  }

  private async send(message: PlanMessage): Promise<void> {
    await this.panel.webview.postMessage(message);
  }

  private async receive(message: unknown): Promise<void> {
    const read = planRequestSchema.safeParse(message, { reportInput: true });
    if (read.success) return await this.answer(read.data).catch((error: unknown) => this.services.errors.show(error));
    const problem = describeIssue(read.error.issues[0]!);
    this.services.log.error(
      `The page of a merge plan sent what is refused: ${fieldOf(problem) ?? ""}: ${problem.message}`,
    );
  }

  private async answer(request: PlanRequestMessage): Promise<void> {
    switch (request.type) {
      case "ready":
        return await this.plan();
      case "tensors":
        return await this.tensors(request.merge);
      case "reveal":
        return await this.places.reveal(this.uri, request);
      case "goTo":
        return await this.places.goTo(this.uri, new vscode.Position(request.line - 1, request.column - 1));
    }
  }
}
