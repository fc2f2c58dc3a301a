import * as vscode from "vscode";
import { CancelledError, MedleyError, type Place } from "../../core/errors.ts";
import { fetchDataCommand } from "../../core/evaluation/fetchDataCommand.ts";
import { describeError } from "./describeError.ts";
import { messages } from "./messages.ts";
import { SettingError } from "./settingError.ts";
import { UntrustedWorkspaceError } from "./trust.ts";

/** A button of a message. */
interface Action {
  readonly title: string;
  run(): unknown;
}

/** The one place where an error becomes a message in the editor. Everything shown is in the log too, with its causes. */
export class ErrorPresenter {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /**
   * Shows what happened and what to do next, with the actions that help; resolves once the message is answered.
   * A cancellation is what the user asked for: it is logged only.
   */
  async show(error: unknown): Promise<void> {
    if (error instanceof CancelledError) {
      this.log.info(error.message);
      return;
    }
    this.log.error(describeError(error));
    for (let cause = causeOf(error); cause !== undefined; cause = causeOf(cause)) {
      this.log.error(`Caused by: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
    }
    const actions = this.actionsFor(error);
    const chosen = await messages.error(messageOf(error), ...actions.map(({ title }) => title));
    await actions.find(({ title }) => title === chosen)?.run();
  }

  private actionsFor(error: unknown): Action[] {
    const actions: Action[] = [];
    if (error instanceof UntrustedWorkspaceError) {
      const run = (): unknown => vscode.commands.executeCommand("workbench.trust.manage");
      actions.push({ title: vscode.l10n.t("Manage Workspace Trust"), run });
    }
    const remedy = error instanceof MedleyError ? error.remedy : undefined;
    if (remedy?.action === "fetchData") {
      const run = (): unknown => vscode.commands.executeCommand(fetchDataCommand, [...remedy.benchmarks]);
      actions.push({ title: vscode.l10n.t("Fetch Data"), run });
    }
    if (remedy?.action === "resumeRun") {
      const run = (): unknown => vscode.commands.executeCommand("medley.runs.resume", { folder: remedy.folder });
      actions.push({ title: vscode.l10n.t("Resume"), run });
    }
    if (remedy?.action === "allowMemory") {
      const run = (): unknown => vscode.commands.executeCommand("workbench.action.openSettings", "medley.mergeMemory");
      actions.push({ title: vscode.l10n.t("Open Settings"), run });
    }
    if (error instanceof SettingError) {
      const run = (): unknown => vscode.commands.executeCommand("workbench.action.openSettings", error.setting);
      actions.push({ title: vscode.l10n.t("Open Settings"), run });
    }
    if (error instanceof MedleyError && error.place?.line !== undefined) {
      const { place } = error;
      actions.push({ title: vscode.l10n.t("Open File"), run: () => openPlace(place) });
    }
    actions.push({ title: vscode.l10n.t("Show Log"), run: () => this.log.show() });
    return actions;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof MedleyError) return describeError(error).replaceAll("\n", " ");
  // The stack is in the log; a notification has no room for it.
  return vscode.l10n.t("Medley has a defect: {0}", error instanceof Error ? error.message : String(error));
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

async function openPlace({ file, line = 1, column = 1 }: Place): Promise<void> {
  if (file === undefined) return;
  const position = new vscode.Position(line - 1, column - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
}
