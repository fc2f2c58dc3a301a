import * as vscode from "vscode";
import { ModelReader } from "../../node/editorThread/modelReader.ts";
import { ServiceProcess } from "../../node/service/serviceProcess.ts";
import { ModelService } from "../models/modelService.ts";
import { EvaluationQueue } from "../runs/evaluationQueue.ts";
import { RunCatalog } from "../runs/runCatalog.ts";
import { RunService } from "../runs/runService.ts";
import { ConfigurationLanguages } from "../yaml/configurationLanguages.ts";
import type { Commands } from "./commands.ts";
import type { ErrorPresenter } from "./errorPresenter.ts";
import { MarkdownViewer } from "./markdownViewer.ts";

/** What is there from the first moment of the activation on. */
export interface ServicesBase {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly errors: ErrorPresenter;
  readonly commands: Commands;
}

/** What every feature is built from; made once, before the first feature. */
export interface Services extends ServicesBase {
  readonly evaluations: EvaluationQueue;
  readonly runs: RunService;
  readonly runCatalog: RunCatalog;
  readonly models: ModelService;
  readonly viewer: MarkdownViewer;
  readonly modelReader: ModelReader;
  readonly service: ServiceProcess;
  readonly languages: ConfigurationLanguages;
  /** Fires when data of benchmarks has come to hand. */
  readonly dataFetched: vscode.EventEmitter<void>;
}

export function createServices(base: ServicesBase): Services {
  const modelReader = new ModelReader();
  const models = new ModelService(base.log, modelReader);
  const evaluations = new EvaluationQueue();
  return {
    ...base,
    evaluations,
    runs: new RunService(base.log, evaluations, () => models.leaveGpu()),
    runCatalog: new RunCatalog(base.log),
    models,
    viewer: new MarkdownViewer(),
    modelReader,
    service: new ServiceProcess(models.lender),
    languages: new ConfigurationLanguages(base.log, base.context.extension.id),
    dataFetched: new vscode.EventEmitter<void>(),
  };
}
