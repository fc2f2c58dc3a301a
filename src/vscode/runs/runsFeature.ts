import path from "node:path";
import * as vscode from "vscode";
import { ConfigurationError } from "../../core/errors.ts";
import type { RunState } from "../../core/runs/manifest.ts";
import { listRuns, type RunListing } from "../../node/runs/runFolder.ts";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { assertTrusted } from "../common/trust.ts";
import { chooseFolder } from "../common/workspace.ts";
import { showComparison, showReport } from "./runReport.ts";

/** Reports on the runs of a folder and compares them; what has not finished can be followed or resumed from there. */
export class RunsFeature extends Feature {
  constructor(services: Services) {
    super(services);
    this.command("medley.showRunReport", () => this.report());
    this.command("medley.compareRuns", () => this.compare());
  }

  private async report(): Promise<void> {
    const items = await this.listEvaluations();
    if (items === undefined) return;
    const placeHolder = vscode.l10n.t("The run to report on");
    const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
    if (picked === undefined) return;
    const { folder, state } = picked;
    if (state !== "finished" && !(await this.goOn(folder, state))) return;
    await showReport(this.services.viewer, [folder]);
  }

  /** Follows a run that works, or offers to resume one that does not. Returns whether to go on to the report. */
  private async goOn(folder: string, state: RunState): Promise<boolean> {
    if (state === "running") return this.services.runs.follow(folder);
    const resume = vscode.l10n.t("Resume");
    const partial = vscode.l10n.t("Report What There Is");
    const message = vscode.l10n.t("{0} has not finished.", path.basename(folder));
    const chosen = await vscode.window.showInformationMessage(message, resume, partial);
    if (chosen !== resume) return chosen === partial;
    assertTrusted();
    return this.services.runs.perform(folder);
  }

  private async compare(): Promise<void> {
    assertTrusted();
    const items = await this.listEvaluations();
    if (items === undefined) return;
    const picked = await vscode.window.showQuickPick(
      items.filter(({ state }) => state === "finished"),
      {
        canPickMany: true,
        matchOnDescription: true,
        placeHolder: vscode.l10n.t("Two or more finished runs of the same benchmarks"),
      },
    );
    if (picked === undefined || picked.length === 0) return;
    await showComparison(
      this.services.viewer,
      picked.map(({ folder }) => folder),
    );
  }

  /** The evaluations of a workspace folder, the latest first; undefined when the user chooses no folder. */
  private async listEvaluations(): Promise<RunItem[] | undefined> {
    const folder = await chooseFolder();
    if (folder === undefined) return undefined;
    const { runsFolder } = readSettings(folder);
    const listings = await listRuns(runsFolder);
    for (const { problem } of listings) if (problem !== undefined) this.services.log.warn(problem.message);
    const items = listings.flatMap(runItem).reverse();
    if (items.length > 0) return items;
    throw new ConfigurationError(vscode.l10n.t("There is no evaluation in {0} yet.", runsFolder), {
      hint: vscode.l10n.t("Start one with the command Medley: Evaluate Model…"),
    });
  }
}

interface RunItem extends vscode.QuickPickItem {
  readonly folder: string;
  readonly state: RunState;
}

const icons: Readonly<Record<RunState, string>> = {
  created: "$(circle-outline)",
  running: "$(sync)",
  finished: "$(pass)",
  failed: "$(error)",
  cancelled: "$(circle-slash)",
  interrupted: "$(warning)",
};

function runItem({ folder, manifest, state }: RunListing): RunItem[] {
  if (manifest?.kind !== "evaluation" || state === undefined) return [];
  const created = new Date(manifest.created).toLocaleString();
  return [{ label: `${icons[state]} ${manifest.title}`, description: `${state} · ${created}`, folder, state }];
}
