import path from "node:path";
import * as vscode from "vscode";
import { CancelledError, ConfigurationError, MedleyError } from "../../core/errors.ts";
import { escapeMarkdown } from "../../core/reports/table.ts";
import { tasks } from "../../node/tasks/protocol.ts";
import { runTask } from "../../node/tasks/runTask.ts";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { withCancellableProgress } from "../common/taskProgress.ts";
import { assertTrusted } from "../common/trust.ts";

/** Milliseconds without a change after which a plan follows its document. */
const quiet = 600;

/** A plan that is shown, and what it takes to keep it up with its document. */
interface Preview {
  readonly title: string;
  /** Of the last text that could be planned. */
  plan: string;
  timer?: NodeJS.Timeout;
  planning?: AbortController;
}

/** Shows beside a merge configuration what its merge will do, and follows the document as it is edited. */
export class PlanPreviewFeature extends Feature {
  /** By the document's URI. */
  private readonly previews = new Map<string, Preview>();

  constructor(services: Services) {
    super(services);
    this.command("medley.previewMerge", (file) => this.open(file));
    this._register(vscode.workspace.onDidChangeTextDocument(({ document }) => this.followSoon(document)));
    this._register({ dispose: () => this.previews.forEach(stop) });
  }

  private async open(given: unknown): Promise<void> {
    assertTrusted();
    const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
    if (uri === undefined) return;
    const document = await vscode.workspace.openTextDocument(uri);
    if (uri.scheme !== "file") {
      throw new ConfigurationError(vscode.l10n.t("The configuration is not saved."), {
        hint: vscode.l10n.t("Save it in the folder of your study: the paths in it are taken from there."),
      });
    }
    const title = vscode.l10n.t("Merge plan of {0}", path.basename(uri.path));
    const plan = await withCancellableProgress(vscode.l10n.t("Planning the merge"), (signal) =>
      planOf(document, signal),
    );
    this.previews.set(uri.toString(), { title, plan });
    await this.services.viewer.showBeside(title, plan);
  }

  private followSoon(document: vscode.TextDocument): void {
    const preview = this.previews.get(document.uri.toString());
    if (preview === undefined) return;
    stop(preview);
    if (isShown(preview)) preview.timer = setTimeout(() => void this.follow(document, preview), quiet);
    else this.previews.delete(document.uri.toString());
  }

  /** Plans again. Where that fails, the last plan stays, under the reason. */
  private async follow(document: vscode.TextDocument, preview: Preview): Promise<void> {
    const planning = new AbortController();
    preview.planning = planning;
    try {
      preview.plan = await planOf(document, planning.signal);
      if (!planning.signal.aborted) this.services.viewer.update(preview.title, preview.plan);
    } catch (error) {
      if (!planning.signal.aborted) this.services.viewer.update(preview.title, `${failure(error)}\n\n${preview.plan}`);
    }
  }
}

function stop({ timer, planning }: Preview): void {
  clearTimeout(timer);
  planning?.abort(new CancelledError("The document was changed."));
}

/** The preview is another extension's page; its tab's label is all that tells of it. */
function isShown({ title }: Preview): boolean {
  return vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.includes(title)));
}

/** @throws MedleyError that says what does not fit */
function planOf(document: vscode.TextDocument, signal: AbortSignal): Promise<string> {
  const { mergeMemory } = readSettings(vscode.workspace.getWorkspaceFolder(document.uri));
  const params = { file: document.uri.fsPath, text: document.getText(), memory: mergeMemory * 2 ** 20 };
  return runTask(tasks.previewMerge, params, signal);
}

function failure(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof MedleyError && error.hint !== undefined ? ` ${error.hint}` : "";
  const reason = vscode.l10n.t("This is the plan before the last changes, which cannot be planned:");
  return `> **⚠ ${escapeMarkdown(reason)}** ${escapeMarkdown(message + hint)}`;
}
