import * as vscode from "vscode";
import { ErrorPresenter } from "./vscode/common/errorPresenter.ts";
import type { Services } from "./vscode/common/services.ts";
import { FetchFeature } from "./vscode/benchmarks/fetchFeature.ts";
import { EvaluateFeature } from "./vscode/evaluation/evaluateFeature.ts";
import { PromptFeature } from "./vscode/prompts/promptFeature.ts";
import { MarkdownViewer } from "./vscode/common/markdownViewer.ts";
import { RunsFeature } from "./vscode/runs/runsFeature.ts";
import { RunService } from "./vscode/runs/runService.ts";
import { NotebookFeature } from "./vscode/notebook/notebookFeature.ts";
import { LogFeature } from "./vscode/log/logFeature.ts";

/** Every feature, one line each. */
const features = [NotebookFeature, EvaluateFeature, FetchFeature, LogFeature, PromptFeature, RunsFeature];

/** Builds the services and registers the features; everything ends with the extension's subscriptions. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Medley", { log: true });
  context.subscriptions.push(log);
  log.info(`Medley ${versionOf(context)} on VS Code ${vscode.version}, Node ${process.version}, ${process.platform}`);
  const viewer = new MarkdownViewer();
  const dataFetched = new vscode.EventEmitter<void>();
  context.subscriptions.push(viewer, dataFetched);
  const errors = new ErrorPresenter(log);
  const services: Services = { context, log, errors, runs: new RunService(log), viewer, dataFetched };
  try {
    for (const Feature of features) context.subscriptions.push(new Feature(services));
  } catch (error) {
    // VS Code itself shows nothing when an activation fails.
    void services.errors.show(error);
    throw error;
  }
}

function versionOf(context: vscode.ExtensionContext): string {
  return (context.extension.packageJSON as { version: string }).version;
}
