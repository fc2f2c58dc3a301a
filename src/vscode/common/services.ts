import * as vscode from "vscode";
import { RunService } from "../runs/runService.ts";
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
  readonly runs: RunService;
  readonly viewer: MarkdownViewer;
  /** Fires when data of benchmarks has come to hand. */
  readonly dataFetched: vscode.EventEmitter<void>;
}

export function createServices(base: ServicesBase): Services {
  return {
    ...base,
    runs: new RunService(base.log),
    viewer: new MarkdownViewer(),
    dataFetched: new vscode.EventEmitter<void>(),
  };
}
