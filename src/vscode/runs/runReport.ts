import path from "node:path";
import * as vscode from "vscode";
import { cellResultMarkdown } from "../../core/reports/cellResult.ts";
import { readRuns } from "../../node/reports/readRun.ts";
import { tasks } from "../../node/tasks/protocol.ts";
import { runTask } from "../../node/tasks/runTask.ts";
import type { MarkdownViewer } from "../common/markdownViewer.ts";
import { withCancellableProgress } from "../common/taskProgress.ts";

/** Shows the results of evaluations. It only reads what the runs have saved, so it may be done in any workspace. */
export async function showReport(viewer: MarkdownViewer, folders: readonly string[]): Promise<void> {
  const runs = await readRuns(folders);
  await viewer.show(titleOf(folders), cellResultMarkdown(runs.map(({ run }) => run)));
}

/** Shows the results of evaluations and how they differ, item by item. */
export async function showComparison(viewer: MarkdownViewer, folders: readonly string[]): Promise<void> {
  const params = { folders: [...folders] };
  const markdown = await withCancellableProgress(vscode.l10n.t("Comparing the runs item by item"), (signal) =>
    runTask(tasks.compareRuns, params, signal),
  );
  await viewer.show(vscode.l10n.t("Comparison of {0}", titleOf(folders)), markdown);
}

function titleOf(folders: readonly string[]): string {
  return folders.length === 1 ? path.basename(folders[0]!) : vscode.l10n.t("{0} runs", folders.length);
}
