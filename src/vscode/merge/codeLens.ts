import * as vscode from "vscode";
import type { OutlineDocument } from "../../core/yaml/outline.ts";
import { Disposable } from "../common/disposable.ts";
import { sourceOf } from "../yaml/documentSource.ts";
import type { MergeDocuments } from "./mergeDocuments.ts";

const setting = "medley.merge.codeLens";

/** What can be done with a merge configuration, above its first line. */
export class MergeCodeLens extends Disposable implements vscode.CodeLensProvider {
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly documents: MergeDocuments) {
    super();
    this._register(vscode.languages.registerCodeLensProvider([{ language: "yaml" }, { language: "plaintext" }], this));
    this._register(documents.onDidChange(() => this.changed.fire()));
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(setting)) this.changed.fire();
      }),
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const isWanted = vscode.workspace.getConfiguration(undefined, document).get<boolean>(setting, true);
    if (!isWanted || !this.documents.includes(document)) return [];
    const merges = sourceOf(document).outline.filter(isMerge);
    const [first] = merges;
    if (first === undefined) return [];
    const position = document.positionAt(first.root.children[0]!.keyRange!.start);
    const range = new vscode.Range(position, position);
    return commands(document.uri, merges.length).map((command) => new vscode.CodeLens(range, command));
  }
}

function isMerge({ root }: OutlineDocument): boolean {
  const keys = root.children.map(({ key }) => key);
  return keys.includes("merge_method") || keys.includes("experts");
}

/** The documents of a file are merged together, so one row of commands stands for all. */
function commands(file: vscode.Uri, merges: number): vscode.Command[] {
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
  ].map((command) => ({ ...command, arguments: [file] }));
}
