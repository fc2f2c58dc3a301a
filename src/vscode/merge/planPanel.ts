import path from "node:path";
import * as vscode from "vscode";
import { MedleyError } from "../../core/errors.ts";
import {
  planElementId,
  planPage,
  planPanelStateSchema,
  type PlanNotification,
  type PlanPageContract,
  type PlanPanelState,
} from "../../core/merge/plan/view/messages.ts";
import { placeAt } from "../../core/merge/plan/view/placeInText.ts";
import { planMethods, type PlanRequest } from "../../node/merge/planProtocol.ts";
import { describeError, helpOf } from "../common/describeError.ts";
import { PageHost, type PageHandlers } from "../common/pageHost.ts";
import { PagePanel, type PanelKind } from "../common/pagePanel.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { mergeFolder } from "./mergeDocuments.ts";
import { PlanReveal } from "./planReveal.ts";

/** Milliseconds without a change after which the plan follows its document. */
const quiet = 250;

export const planPanelKind: PanelKind<PlanPanelState> = {
  viewType: "medley.mergePlan",
  script: "planPanel.js",
  elementId: planElementId,
  state: planPanelStateSchema,
};

/** The panel "Merge plan": draws nothing itself, but asks for the plan of its document and passes it on to the page. */
export class PlanPanel extends PagePanel<PlanPageContract, PlanPanelState> {
  private uri: vscode.Uri;
  private timer: NodeJS.Timeout | undefined;
  /** Counts plans that were asked for; only the latest is shown. */
  private version = 0;
  private readonly places = this._register(new PlanReveal());

  /** @param panel new, or given back by the editor after a reload */
  constructor(
    panel: vscode.WebviewPanel,
    state: PlanPanelState,
    private readonly services: Services,
  ) {
    super(panel, planPanelKind, services.context.extensionUri);
    this.uri = vscode.Uri.parse(state.uri);
    this._register({ dispose: () => clearTimeout(this.timer) });
    this.followWorkspace();
    const host = new PageHost(planPage, "merge plan", this.handlers(), services.log);
    this.load(this.heading, state, (message) => host.answer(message, () => undefined));
  }

  private handlers(): PageHandlers<PlanPageContract, void> {
    return {
      ready: async () => {
        await this.plan();
        return null;
      },
      tensors: async ({ merge }) =>
        await this.services.service.call(planMethods.tensors, { ...(await this.request()), merge }),
      reveal: (place) => this.attempt(this.places.reveal(this.uri, place)),
      goTo: ({ line, column }) => this.attempt(this.places.goTo(this.uri, new vscode.Position(line - 1, column - 1))),
    };
  }

  /** What fails in the editor is shown there. */
  private async attempt(work: Promise<void>): Promise<null> {
    await work.catch((error: unknown) => this.services.errors.show(error));
    return null;
  }

  /** Shows the plan of another document. */
  show(uri: vscode.Uri): void {
    if (uri.toString() === this.uri.toString()) return;
    this.uri = uri;
    this.title = this.heading;
    void this.plan();
  }

  private get heading(): string {
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
    let message: PlanNotification;
    try {
      const plan = await this.services.service.call(planMethods.view, await this.request());
      message = { type: "plan", ...shown, version, plan };
    } catch (error) {
      message = { type: "problem", ...shown, ...this.problemOf(error) };
    }
    if (version === this.version) await this.notify(message);
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
    const { place } = error;
    const hint = helpOf(error);
    return {
      message,
      ...(hint !== undefined && { hint }),
      ...(place?.line !== undefined && { line: place.line, column: place.column ?? 1 }),
    };
  }

  private sendPlace(document: vscode.TextDocument, position: vscode.Position): void {
    const place = placeAt(document.getText(), document.offsetAt(position));
    if (place !== undefined) void this.notify({ type: "place", ...place });
  }
}
