import * as vscode from "vscode";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";
import { chooseFolder } from "../common/workspace.ts";
import { copySample } from "./sample.ts";

/** Whether the first evaluation of the sample is run once it is shown. */
interface AfterCopy {
  readonly run: boolean;
}

/** Where the sample was put just before its folder was opened, which starts the window anew. */
interface Pending extends AfterCopy {
  readonly folder: string;
}
const pendingKey = "medley.pendingSample";

/** The first minutes with Medley: the walkthrough, and the sample study with its small model in a folder of the user's. */
export class WelcomeFeature extends Feature {
  constructor(services: Services) {
    super(services);
    this.command("medley.getStarted", () =>
      vscode.commands.executeCommand("workbench.action.openWalkthrough", `${services.context.extension.id}#start`),
    );
    this.command("medley.openSample", () => this.openSample({ run: false }));
    this.command("medley.runSample", () => this.openSample({ run: true }));
    this.goOn().catch((error: unknown) => services.errors.show(error));
  }

  private async openSample(then: AfterCopy): Promise<void> {
    if (vscode.workspace.workspaceFolders === undefined) return await this.openFolder(then);
    const folder = await chooseFolder();
    if (folder !== undefined) await showSample(await copySample(folder.uri), then);
  }

  /** Without a folder there is no place for runs: the sample becomes the folder that is open. */
  private async openFolder({ run }: AfterCopy): Promise<void> {
    const [parent] =
      (await vscode.window.showOpenDialog({
        canSelectFiles: false,
        canSelectFolders: true,
        openLabel: vscode.l10n.t("Put the Sample Here"),
      })) ?? [];
    if (parent === undefined) return;
    const folder = await copySample(parent);
    const pending: Pending = { folder: folder.toString(), run };
    await this.services.context.globalState.update(pendingKey, pending);
    await vscode.commands.executeCommand("vscode.openFolder", folder);
  }

  /** Shows, in the window that was opened for it, the sample that the user asked for in the window before. */
  private async goOn(): Promise<void> {
    const { globalState } = this.services.context;
    const pending = globalState.get<Pending>(pendingKey);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (pending === undefined || folder?.toString() !== pending.folder) return;
    await globalState.update(pendingKey, undefined);
    await showSample(folder, pending);
  }
}

/** Opens the notebook of the sample, and runs its first evaluation if that was asked for. */
async function showSample(folder: vscode.Uri, { run }: AfterCopy): Promise<void> {
  const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.joinPath(folder, "sample.mcqa.md"));
  const first = notebook.getCells().findIndex(({ kind }) => kind === vscode.NotebookCellKind.Code);
  const range = new vscode.NotebookRange(first, first + 1);
  const editor = await vscode.window.showNotebookDocument(notebook, run ? { selections: [range] } : {});
  if (!run) return;
  editor.revealRange(range, vscode.NotebookEditorRevealType.AtTop);
  const ranges = [{ start: range.start, end: range.end }];
  await vscode.commands.executeCommand("notebook.cell.execute", { ranges, document: notebook.uri });
}
