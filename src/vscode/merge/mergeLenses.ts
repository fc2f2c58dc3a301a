import * as vscode from "vscode";
import type { OutlineDocument } from "../../core/yaml/outline.ts";
import type { Lenses } from "../yaml/editorLanguage.ts";

/** What can be done with a merge configuration, above its first line. */
export const mergeLenses: Lenses = {
  setting: "medley.merge.codeLens",
  of({ outline }) {
    const merges = outline.filter(isMerge);
    const [first] = merges;
    if (first === undefined) return undefined;
    return { offset: first.root.children[0]!.keyRange!.start, commands: commands(merges.length) };
  },
};

function isMerge({ root }: OutlineDocument): boolean {
  const keys = root.children.map(({ key }) => key);
  return keys.includes("merge_method") || keys.includes("experts");
}

/** The documents of a file are merged together, so one row of commands stands for all. */
function commands(merges: number): vscode.Command[] {
  const run = merges === 1 ? vscode.l10n.t("Run merge") : vscode.l10n.t("Run {0} merges", merges);
  return [
    {
      title: `$(play) ${run}`,
      command: "medley.runMerge",
      tooltip: vscode.l10n.t("Merge with Medley, in a run that outlives this window"),
    },
    {
      title: vscode.l10n.t("Preview"),
      command: "medley.previewMerge",
      tooltip: vscode.l10n.t("Show beside the file what the merge will do, layer by layer"),
    },
    {
      title: vscode.l10n.t("Run with mergekit"),
      command: "medley.runMergeWithMergekit",
      tooltip: vscode.l10n.t("Merge with the mergekit of your own Python environment"),
    },
    {
      title: vscode.l10n.t("Evaluate result"),
      command: "medley.evaluateMerge",
      tooltip: vscode.l10n.t("Open a notebook that compares the merged model with those it was made of"),
    },
  ];
}
