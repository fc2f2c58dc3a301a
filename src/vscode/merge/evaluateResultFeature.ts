import path from "node:path";
import * as vscode from "vscode";
import { formatModelReference } from "../../core/checkpoint/modelReference.ts";
import { mergeKind } from "../../core/merge/mergeKind.ts";
import { readMergeFile, sourceModels } from "../../core/merge/config/readMergeFile.ts";
import { configurationOf } from "../../core/runs/runKind.ts";
import { listRuns } from "../../node/runs/runFolder.ts";
import { Feature } from "../common/feature.ts";
import { messages } from "../common/messages.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { chooseFolder } from "../common/workspace.ts";
import { modelFilesPattern } from "../models/modelFiles.ts";
import { notebookType } from "../notebook/notebookType.ts";
import { evaluatedModels, notebookCells } from "./resultNotebook.ts";

/** Opens an evaluation notebook that asks a merged model and the models that it was made of the same questions. */
export class EvaluateResultFeature extends Feature {
  constructor(services: Services) {
    super(services);
    this.command("medley.evaluateMerge", (file) => this.evaluate(file));
  }

  private async evaluate(given: unknown): Promise<void> {
    const file = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
    if (file === undefined) return;
    const document = await vscode.workspace.openTextDocument(file);
    const models = modelsOf(document.getText(), file.fsPath);
    const folder = await chooseFolder(file);
    if (folder === undefined) return;
    const output = (await this.lastOutput(file, folder)) ?? (await this.askForOutput(file));
    if (output === undefined) return;
    const found = await vscode.workspace.findFiles(modelFilesPattern, "**/{node_modules,.*}/**");
    const files = found.map((uri) => vscode.workspace.asRelativePath(uri, false));
    const result = path.relative(folder.uri.fsPath, output).replaceAll("\\", "/");
    const cells = notebookCells(path.basename(file.path), evaluatedModels(result, models, files));
    const notebook = await vscode.workspace.openNotebookDocument(notebookType, new vscode.NotebookData(cells));
    await vscode.window.showNotebookDocument(notebook);
  }

  /** Where the last finished merge of this file has written its result. */
  private async lastOutput(file: vscode.Uri, folder: vscode.WorkspaceFolder): Promise<string | undefined> {
    const listings = await listRuns(readSettings(folder).runsFolder);
    const outputs = listings.flatMap(({ manifest, state }) => {
      if (manifest === undefined || state !== "finished") return [];
      const merge = configurationOf(mergeKind, manifest);
      return merge?.file === file.fsPath ? [merge.output] : [];
    });
    return outputs.at(-1);
  }

  private async askForOutput(file: vscode.Uri): Promise<string | undefined> {
    const run = vscode.l10n.t("Run Merge");
    const choose = vscode.l10n.t("Choose Folder…");
    const message = vscode.l10n.t(
      "No finished merge of {0} is among the runs of this workspace.",
      path.basename(file.path),
    );
    const answer = await messages.inform(message, run, choose);
    if (answer === run) await vscode.commands.executeCommand("medley.runMerge", file);
    if (answer !== choose) return undefined;
    const picked = await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: vscode.l10n.t("Folder of the merged checkpoint"),
    });
    return picked?.[0]?.fsPath;
  }
}

/** @throws ConfigurationError when the file cannot be read as a merge configuration */
function modelsOf(text: string, file: string): string[] {
  return sourceModels(readMergeFile(text, file)).map(formatModelReference);
}
