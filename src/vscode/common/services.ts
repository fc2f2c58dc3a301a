import type * as vscode from "vscode";
import type { MarkdownViewer } from "./markdownViewer.ts";
import type { RunService } from "../runs/runService.ts";
import type { ErrorPresenter } from "./errorPresenter.ts";

/** What every feature is built from; made once, at activation. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly errors: ErrorPresenter;
  readonly runs: RunService;
  readonly viewer: MarkdownViewer;
  /** Fires when data of benchmarks has come to hand. */
  readonly dataFetched: vscode.EventEmitter<void>;
}
