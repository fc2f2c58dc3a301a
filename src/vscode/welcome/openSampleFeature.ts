import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { FileError } from "../../core/errors.ts";
import { resourcesFolder } from "../../node/resourcesFolder.ts";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";
import { chooseFolder } from "../common/workspace.ts";

/** Puts the sample study, with its small model, into a folder of the user's, where it can be run and changed. */
export class OpenSampleFeature extends Feature {
  constructor(services: Services) {
    super(services);
    this.command("medley.openSample", () => this.openSample());
  }

  private async openSample(): Promise<void> {
    if (vscode.workspace.workspaceFolders === undefined) return await this.openFolder();
    const folder = await chooseFolder();
    if (folder === undefined) return;
    const sample = await copySample(folder.uri.fsPath);
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(path.join(sample, "sample.mcqa.md")));
    await vscode.window.showNotebookDocument(notebook);
  }

  /** Without a folder there is no place for runs: the sample becomes the folder that is open. */
  private async openFolder(): Promise<void> {
    const [parent] =
      (await vscode.window.showOpenDialog({
        canSelectFiles: false,
        canSelectFolders: true,
        openLabel: vscode.l10n.t("Put the Sample Here"),
      })) ?? [];
    if (parent === undefined) return;
    await vscode.commands.executeCommand("vscode.openFolder", vscode.Uri.file(await copySample(parent.fsPath)));
  }
}

/** Copies the sample below a folder, unless it is there already: what the user changed in it stays. Returns where it is. */
async function copySample(parent: string): Promise<string> {
  const target = path.join(parent, "medley-sample");
  if (existsSync(path.join(target, "sample.mcqa.md"))) return target;
  try {
    await cp(path.join(resourcesFolder(), "samples"), target, { recursive: true, force: false });
  } catch (cause) {
    throw new FileError(vscode.l10n.t("The sample cannot be copied: {0}", (cause as Error).message), {
      place: { file: target },
      hint: vscode.l10n.t("Open a folder that you can write to."),
      cause,
    });
  }
  return target;
}
