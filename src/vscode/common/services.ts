import type * as vscode from "vscode";
import type { ErrorPresenter } from "./errorPresenter.ts";

/** What every feature is built from; made once, at activation. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly errors: ErrorPresenter;
}
