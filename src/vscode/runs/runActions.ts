import path from "node:path";
import * as vscode from "vscode";
import { RunError } from "../../core/errors.ts";
import { citeRun } from "../../core/reports/citation.ts";
import { eventLogMarkdown } from "../../core/reports/eventLog.ts";
import { escapeMarkdown } from "../../core/reports/table.ts";
import { hasTrait, progressUnits } from "../../core/runs/kinds.ts";
import { readRuns } from "../../node/reports/readRun.ts";
import { readEvents } from "../../node/runs/followRun.ts";
import { currentState, readManifest, requestCancel, runFiles } from "../../node/runs/runFolder.ts";
import type { MarkdownViewer } from "../common/markdownViewer.ts";
import { messages } from "../common/messages.ts";

/** Asks a run to stop. @throws RunError when it does not work */
export async function cancelRun(folder: string): Promise<void> {
  const state = await currentState(folder, await readManifest(folder));
  if (state !== "running") {
    throw new RunError(vscode.l10n.t("The run is not working; there is nothing to stop."), { place: { file: folder } });
  }
  await requestCancel(folder);
}

/**
 * Moves runs to the trash once the user has agreed. Where there is no trash, as on a remote machine, the user is asked
 * whether they may go for good.
 * @returns whether they are gone
 * @throws RunError when one of them works
 */
export async function deleteRuns(folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) await assertIdle(folder);
  const names = folders.map((folder) => path.basename(folder)).join("\n");
  const question =
    folders.length === 1
      ? vscode.l10n.t("Delete this run? Its numbers cannot be checked any more once it is gone.")
      : vscode.l10n.t(
          "Delete these {0} runs? Their numbers cannot be checked any more once they are gone.",
          folders.length,
        );
  const trash = vscode.l10n.t("Move to Trash");
  if ((await messages.warn(question, { modal: true, detail: names }, trash)) !== trash) return false;
  for (const [index, folder] of folders.entries()) {
    try {
      await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true, useTrash: true });
    } catch (error) {
      return await deleteForGood(folders.slice(index), error);
    }
  }
  return true;
}

async function deleteForGood(folders: readonly string[], cause: unknown): Promise<boolean> {
  const forGood = vscode.l10n.t("Delete Permanently");
  const detail = [cause instanceof Error ? cause.message : String(cause), ...folders].join("\n");
  const question = vscode.l10n.t("The trash cannot be used here. Delete permanently?");
  if ((await messages.warn(question, { modal: true, detail }, forGood)) !== forGood) return false;
  for (const folder of folders) await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true });
  return true;
}

/** A damaged run may go: nothing works on what cannot be read. */
async function assertIdle(folder: string): Promise<void> {
  const manifest = await readManifest(folder).catch(() => undefined);
  if (manifest === undefined || (await currentState(folder, manifest)) !== "running") return;
  throw new RunError(vscode.l10n.t("{0} is running.", path.basename(folder)), {
    hint: vscode.l10n.t("Stop it first; then it can be deleted."),
  });
}

/** Puts what a paper needs of a run on the clipboard. */
export async function copyCitation(folder: string): Promise<void> {
  const manifest = await readManifest(folder);
  const [read] = hasTrait("hasItems", manifest) && manifest.sessions > 0 ? await readRuns([folder]) : [];
  await vscode.env.clipboard.writeText(citeRun(path.basename(folder), manifest, read?.run));
  vscode.window.setStatusBarMessage(vscode.l10n.t("The citation is on the clipboard."), 5000);
}

/** Shows what happened in a run. */
export async function showLog(viewer: MarkdownViewer, folder: string): Promise<void> {
  const name = path.basename(folder);
  const log = eventLogMarkdown(await readEvents(folder), progressUnits(await readManifest(folder)));
  await viewer.show(vscode.l10n.t("Log of {0}", name), `# ${escapeMarkdown(name)}\n\n${log}`);
}

export async function showManifest(folder: string): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(path.join(folder, runFiles.manifest)));
}
