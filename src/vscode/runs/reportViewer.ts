import path from "node:path";
import * as vscode from "vscode";
import { resultTable } from "../../core/reports/resultTable.ts";
import { escapeMarkdown, renderTable } from "../../core/reports/table.ts";
import { readSummary } from "../../node/evaluation/readSummary.ts";
import { readManifest } from "../../node/runs/runFolder.ts";
import { Disposable } from "../common/disposable.ts";

const scheme = "medley-report";

/** Shows the results of runs as Markdown: a document that is computed from the run folders, and its preview. */
export class ReportViewer extends Disposable implements vscode.TextDocumentContentProvider {
  constructor() {
    super();
    this._register(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
  }

  /** Opens the report of one or more finished evaluations. */
  async show(folders: readonly string[]): Promise<void> {
    const name = folders.length === 1 ? path.basename(folders[0]!) : `${folders.length} runs`;
    const uri = vscode.Uri.from({ scheme, path: `/${name}.md`, query: JSON.stringify(folders) });
    // The preview shows a failure inside itself; reading first lets the caller show it as a message.
    await this.provideTextDocumentContent(uri);
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const folders = JSON.parse(uri.query) as string[];
    const runs = [];
    const list = [];
    for (const folder of folders) {
      const { title, inputs } = await readManifest(folder);
      const model = inputs.find(({ role }) => role === "model")?.name ?? title;
      runs.push({ model, summary: await readSummary(folder) });
      list.push(`- ${escapeMarkdown(folder)}`);
    }
    return [renderTable(resultTable(runs), "markdown"), `## ${vscode.l10n.t("Run folders")}`, "", ...list, ""].join(
      "\n",
    );
  }
}
