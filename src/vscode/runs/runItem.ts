import path from "node:path";
import * as vscode from "vscode";
import { Markdown, markdown } from "../../core/markdown.ts";
import { withoutOverrides } from "../../core/reports/table.ts";
import { findRunKind, outputFolderOf } from "../../core/runs/kinds.ts";
import { failureError, resumableStates, type RunState } from "../../core/runs/manifest.ts";
import { describeError } from "../common/describeError.ts";
import { markdownString } from "../common/markdownString.ts";
import { isReadable, kindViewOf } from "./kindViews.ts";
import type { CatalogRun } from "./runCatalog.ts";
import { describeProgress, percentOf } from "./runProgress.ts";

/** An icon for each state; the colours are those that tests have. */
const icons: Readonly<Record<RunState | "damaged", vscode.ThemeIcon>> = {
  created: new vscode.ThemeIcon("circle-outline"),
  running: new vscode.ThemeIcon("sync~spin", new vscode.ThemeColor("testing.runAction")),
  finished: new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed")),
  failed: new vscode.ThemeIcon("error", new vscode.ThemeColor("testing.iconFailed")),
  cancelled: new vscode.ThemeIcon("circle-slash"),
  interrupted: new vscode.ThemeIcon("debug-disconnect", new vscode.ThemeColor("list.warningForeground")),
  damaged: new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground")),
};

/** What a state is called. */
export function stateName(state: RunState | undefined): string {
  switch (state) {
    case "created":
      return vscode.l10n.t("not started");
    case "running":
      return vscode.l10n.t("running");
    case "finished":
      return vscode.l10n.t("finished");
    case "failed":
      return vscode.l10n.t("failed");
    case "cancelled":
      return vscode.l10n.t("stopped");
    case "interrupted":
      return vscode.l10n.t("interrupted");
    case undefined:
      return vscode.l10n.t("damaged");
  }
}

/** How a run is shown in the tree; its tooltip is made when somebody asks for it. */
export function runItem(run: CatalogRun, severalRoots: boolean): vscode.TreeItem {
  const { progress } = run;
  const percent = progress === undefined ? undefined : Math.floor(percentOf(progress));
  // In a narrow side bar the description is cut off first; how far a run is should show all the same.
  const label = percent === undefined ? titleOf(run) : vscode.l10n.t("{0} % · {1}", percent, titleOf(run));
  const item = new vscode.TreeItem(label);
  item.id = run.folder;
  item.iconPath = icons[run.state ?? "damaged"];
  const details = [...detailsOf(run), ...(severalRoots ? [run.workspace] : [])].join(" · ");
  item.description = details;
  item.contextValue = contextValueOf(run);
  item.accessibilityInformation = { label: [titleOf(run), stateName(run.state), details].join(", ") };
  item.command = { command: "medley.runs.open", title: vscode.l10n.t("Open"), arguments: [run] };
  return item;
}

/** What `when` clauses of the manifest ask of a run: its state, and a word for each thing that it has or can do. */
function contextValueOf({ manifest, state }: CatalogRun): string {
  if (manifest === undefined || state === undefined) return "run damaged";
  const traits = findRunKind(manifest)?.traits;
  const words = {
    [state]: true,
    resumable: resumableStates.includes(state),
    items: traits?.hasItems,
    citable: traits?.citable,
    output: outputFolderOf(manifest) !== undefined,
  };
  return ["run", ...Object.entries(words).flatMap(([word, holds]) => (holds === true ? [word] : []))].join(" ");
}

export function titleOf({ manifest, folder }: CatalogRun): string {
  return manifest?.title ?? path.basename(folder);
}

function detailsOf(run: CatalogRun): string[] {
  const { manifest, state, progress, problem } = run;
  if (manifest === undefined) return [problem?.message ?? vscode.l10n.t("damaged")];
  if (state === "running") {
    if (run.stopping === true) return [vscode.l10n.t("stopping after the present step …")];
    return [progress === undefined ? vscode.l10n.t("starting …") : describeProgress(progress)];
  }
  const time = new Date(manifest.ended ?? manifest.created).toLocaleString(undefined, {
    dateStyle: "short",
    timeStyle: "short",
  });
  return state === "finished" ? [time] : [stateName(state), time];
}

/** Everything that a glance should tell. */
export async function runTooltip(run: CatalogRun): Promise<vscode.MarkdownString> {
  const lines: string[] = [];
  const { manifest, problem, state } = run;
  if (manifest === undefined) {
    lines.push(problem === undefined ? stateName(undefined) : describeError(problem));
  } else {
    const { failure, kind, seed } = manifest;
    const view = kindViewOf(run);
    const seedText = seed === undefined ? [] : [vscode.l10n.t("seed {0}", seed)];
    lines.push([view?.name() ?? kind, stateName(state), ...seedText].join(" · "));
    if (failure !== undefined) lines.push(describeError(failureError(failure)));
    if (state === "finished" && isReadable(run)) {
      for (const result of (await view?.results?.(run)) ?? []) lines.push(result);
    }
    if (manifest.started !== undefined) {
      lines.push(vscode.l10n.t("Started {0}", new Date(manifest.started).toLocaleString()));
    }
    if (manifest.ended !== undefined) lines.push(vscode.l10n.t("Ended {0}", new Date(manifest.ended).toLocaleString()));
  }
  lines.push(run.folder);
  const title = markdown`**${titleOf(run)}**`;
  return markdownString(Markdown.paragraphs([title, ...lines.map((line) => Markdown.text(withoutOverrides(line)))]));
}
