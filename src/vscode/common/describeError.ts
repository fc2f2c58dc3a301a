import * as vscode from "vscode";
import { describeError as describe, type MedleyError } from "../../core/errors.ts";
import type { Remedy } from "../../core/remedy.ts";

/** An error as text, with its remedy worded for the editor. */
export function describeError(error: unknown): string {
  return describe(error, wordRemedy);
}

/** What to do about an error, for places that show it apart from the message. */
export function helpOf({ hint, remedy }: MedleyError): string | undefined {
  return [hint, remedy && wordRemedy(remedy)].filter((part) => part !== undefined).join(" ") || undefined;
}

/** Undefined for remedies that the editor offers as a button, or applies by itself. */
function wordRemedy(remedy: Remedy): string | undefined {
  switch (remedy.action) {
    case "fetchData":
      return vscode.l10n.t("Get the data with the command Medley: Fetch Benchmark Data…");
    case "listRuns":
    case "followRun":
      return vscode.l10n.t("The runs of the open folders are in the view Medley: Runs.");
    case "startNewRun":
      return vscode.l10n.t("Or run the cell again from the start.");
    case "resumeRun":
      return vscode.l10n.t("Go on with it in the view Medley: Runs.");
    case "reportRuns":
      return vscode.l10n.t("The result is in the view Medley: Runs.");
    case "overwriteOutput":
      return vscode.l10n.t("Or delete what is there first.");
    case "allowMemory":
      return vscode.l10n.t(
        "Allow {0} MB or more with the setting medley.mergeMemory.",
        Math.ceil(remedy.bytes / 2 ** 20),
      );
    case "useBuiltInEngine":
      return vscode.l10n.t("The command Medley: Run Merge uses the built-in engine.");
    case "allowMixedArchitectures":
    case "nameIntermediateFolder":
      return undefined;
  }
}
