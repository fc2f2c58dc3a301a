import { existsSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { evaluationKind } from "../../core/evaluation/evaluationKind.ts";
import { mergeKind } from "../../core/merge/mergeKind.ts";
import { describeResults } from "../../core/reports/citation.ts";
import { outputFolderOf } from "../../core/runs/kinds.ts";
import type { RunManifest } from "../../core/runs/manifest.ts";
import type { RunKind } from "../../core/runs/runKind.ts";
import { readFinishedRun } from "../../node/reports/readRun.ts";
import { openResult } from "./openResult.ts";
import type { CatalogRun } from "./runCatalog.ts";

/** A run whose manifest could be read. */
export type ReadableRun = CatalogRun & { readonly manifest: RunManifest };

/** What the editor adds to a kind of run. */
export interface RunKindView {
  readonly kind: RunKind;
  /** A codicon. */
  readonly icon: string;
  /** What a run of the kind is called, for example "evaluation". */
  name(): string;
  /** Shows what the run has made. Returns whether there is anything to show; where there is not, its log is shown. */
  open(run: ReadableRun): Promise<boolean>;
  /** Lines that its tooltip shows of what a finished run has made. */
  results?(run: ReadableRun): Promise<string[]>;
}

const evaluationView: RunKindView = {
  kind: evaluationKind,
  icon: "beaker",
  name: () => vscode.l10n.t("evaluation"),
  async open({ folder, state }) {
    if (state === "created" || state === "failed") return false;
    await openResult([folder]);
    return true;
  },
  async results({ folder }) {
    const run = await readFinishedRun(folder);
    if (run === undefined) return [];
    const problem = run.verification?.message;
    return [...describeResults(run.summary), ...(problem === undefined ? [] : [problem])];
  },
};

const mergeView: RunKindView = {
  kind: mergeKind,
  icon: "git-merge",
  name: () => vscode.l10n.t("merge"),
  async open({ folder, manifest, state }) {
    const card = path.join(outputFolderOf(manifest) ?? folder, "README.md");
    if (state !== "finished" || !existsSync(card)) return false;
    await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.file(card));
    return true;
  },
};

/** Every kind of run, one line each. */
const views: readonly RunKindView[] = [evaluationView, mergeView];

/** Undefined for runs of a kind that this Medley does not know, and for damaged ones. */
export function kindViewOf({ manifest }: CatalogRun): RunKindView | undefined {
  return views.find(({ kind }) => kind.id === manifest?.kind);
}

export function isReadable(run: CatalogRun): run is ReadableRun {
  return run.manifest !== undefined;
}
