import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { FileError } from "../../core/errors.ts";
import { resourcesFolder } from "../../node/resourcesFolder.ts";

/**
 * Copies the sample below a folder, unless it is there already: what the user changed in it stays. Returns where it is.
 * @throws FileError when the folder cannot be written to
 */
export async function copySample(parent: vscode.Uri): Promise<vscode.Uri> {
  const target = vscode.Uri.joinPath(parent, "medley-sample");
  if (existsSync(path.join(target.fsPath, "sample.mcqa.md"))) return target;
  try {
    await cp(path.join(resourcesFolder(), "samples"), target.fsPath, { recursive: true, force: false });
  } catch (cause) {
    throw new FileError(vscode.l10n.t("The sample cannot be copied: {0}", (cause as Error).message), {
      place: { file: target.fsPath },
      hint: vscode.l10n.t("Open a folder that you can write to."),
      cause,
    });
  }
  return target;
}
