import path from "node:path";
import * as vscode from "vscode";
import { MedleyError } from "../../core/errors.ts";
import { refuseModel } from "../../node/checkpoint/checkpointForm.ts";

/**
 * Asks where the merged checkpoint is to be written. Proposes a folder beside the configuration, named after it.
 * @returns its absolute path; undefined when the user thinks better of it
 */
export async function askForOutput(file: string): Promise<string | undefined> {
  const folder = path.dirname(file);
  const absolute = (value: string): string => path.resolve(folder, value);
  const problemOf = async (value: string): Promise<string | undefined> => {
    if (value.trim() === "") return vscode.l10n.t("Give a folder.");
    try {
      await refuseModel(absolute(value));
      return undefined;
    } catch (error) {
      if (!(error instanceof MedleyError)) throw error;
      return `${error.message} ${vscode.l10n.t("Choose another one.")}`;
    }
  };
  const value = await freeName(path.basename(file).replace(/(?:\.merge)?\.ya?ml$/, ""), problemOf);
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t("Run Merge"),
    prompt: vscode.l10n.t("Folder for the merged model. Relative paths start at {0}", folder),
    value,
    ignoreFocusOut: true,
    validateInput: problemOf,
  });
  return answer === undefined ? undefined : absolute(answer.trim());
}

/** `name-merged`, `name-merged-2`, …: the first that holds no model. */
async function freeName(name: string, problemOf: (value: string) => Promise<string | undefined>): Promise<string> {
  for (let number = 1; ; number++) {
    const value = number === 1 ? `${name}-merged` : `${name}-merged-${number}`;
    if ((await problemOf(value)) === undefined) return value;
  }
}
