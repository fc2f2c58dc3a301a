import path from "node:path";
import * as vscode from "vscode";
import { ConfigurationError } from "../../core/errors.ts";
import type { MergeRunConfiguration } from "../../core/merge/mergeKind.ts";
import { tasks } from "../../node/service/tasks.ts";
import { runTask } from "../../node/service/serviceProcess.ts";
import { Feature } from "../common/feature.ts";
import { messages } from "../common/messages.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { withCancellableProgress } from "../common/taskProgress.ts";
import { assertTrusted } from "../common/trust.ts";
import { reveal } from "../common/reveal.ts";
import { askForOutput } from "./runMergeOutput.ts";

type Backend = MergeRunConfiguration["backend"];

/** Runs the merge of a configuration: checked and planned in one process, performed in another that outlives the window. */
export class RunMergeFeature extends Feature {
  constructor(services: Services) {
    super(services);
    this.command("medley.runMerge", (file) => this.run(file, "medley"));
    this.command("medley.runMergeWithMergekit", (file) => this.run(file, "mergekit"));
  }

  private async run(given: unknown, backend: Backend): Promise<void> {
    assertTrusted();
    const document = await configurationOf(given);
    if (document === undefined) return;
    const file = document.uri.fsPath;
    const output = await askForOutput(file);
    if (output === undefined) return;
    const folder = await this.prepare(document, output, backend);
    if (await this.services.runs.perform(folder)) await offerResult(document.uri, output);
  }

  /** Checks the configuration and creates the run. @returns the run's folder */
  private async prepare(document: vscode.TextDocument, output: string, backend: Backend): Promise<string> {
    const file = document.uri.fsPath;
    const scope = vscode.workspace.getWorkspaceFolder(document.uri);
    const own = { uri: vscode.Uri.file(path.dirname(file)), name: path.basename(path.dirname(file)), index: 0 };
    const { runsFolder, mergeMemory, mergeHash, mergekitPython } = readSettings(scope ?? own);
    const params = {
      file,
      text: document.getText(),
      output,
      runsFolder,
      memory: mergeMemory * 2 ** 20,
      hash: mergeHash,
      backend,
      ...(mergekitPython === "" ? {} : { python: mergekitPython }),
    };
    const title = vscode.l10n.t("Checking {0}", path.basename(file));
    const { folder, notes } = await withCancellableProgress(title, (signal) =>
      runTask(tasks.prepareMerge, params, signal),
    );
    for (const note of notes) this.services.log.warn(note);
    return folder;
  }
}

/**
 * The configuration that a command is for: the file that it was called on, that of the active editor, or one that the
 * user chooses. It is saved, so that what runs is what is on the disk.
 */
async function configurationOf(given: unknown): Promise<vscode.TextDocument | undefined> {
  const uri = given instanceof vscode.Uri ? given : (activeYaml() ?? (await chooseFile()));
  if (uri === undefined) return undefined;
  const document = await vscode.workspace.openTextDocument(uri);
  if ((!document.isDirty && !document.isUntitled) || (await document.save())) {
    if (document.uri.scheme === "file") return document;
  }
  throw new ConfigurationError(vscode.l10n.t("The configuration is not saved."), {
    hint: vscode.l10n.t("Save it in the folder of your study: the paths in it are taken from there."),
  });
}

function activeYaml(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === "yaml" || /\.ya?ml$/.test(document?.fileName ?? "") ? document?.uri : undefined;
}

async function chooseFile(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("The merge configuration to run"),
    filters: { [vscode.l10n.t("Merge configuration")]: ["yml", "yaml"] },
  });
  return picked?.[0];
}

async function offerResult(file: vscode.Uri, output: string): Promise<void> {
  const open = vscode.l10n.t("Open Folder");
  const evaluate = vscode.l10n.t("Evaluate…");
  const message = vscode.l10n.t("Merged into {0}", output);
  const chosen = await messages.inform(message, open, evaluate);
  if (chosen === open) await reveal(output);
  if (chosen === evaluate) await vscode.commands.executeCommand("medley.evaluateMerge", file);
}
