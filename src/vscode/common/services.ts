import type * as vscode from "vscode";
import type { ReportViewer } from "../runs/reportViewer.ts";
import type { RunService } from "../runs/runService.ts";
import type { ErrorPresenter } from "./errorPresenter.ts";

/** What every feature is built from; made once, at activation. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly errors: ErrorPresenter;
  readonly runs: RunService;
  readonly reports: ReportViewer;
  /** Fires when data of benchmarks has come to hand. */
  readonly dataFetched: vscode.EventEmitter<void>;
}
