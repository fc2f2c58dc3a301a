import * as vscode from "vscode";
import { MedleyError } from "../../core/errors.ts";

/** Something that starts a process or loads a model was asked for in a workspace that the user does not trust. */
export class UntrustedWorkspaceError extends MedleyError {
  readonly code = "workspace.untrusted";
}

/**
 * Stands before everything that starts a process or loads a model.
 * @throws UntrustedWorkspaceError in an untrusted workspace
 */
export function assertTrusted(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UntrustedWorkspaceError(vscode.l10n.t("Medley loads no model and starts no process in this workspace."), {
    hint: vscode.l10n.t("Its files could name models and programs. Trust the workspace if you know where it is from."),
  });
}
