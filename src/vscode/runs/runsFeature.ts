import { existsSync } from "node:fs";
import * as vscode from "vscode";
import { ConfigurationError } from "../../core/errors.ts";
import { hasTrait, outputFolderOf } from "../../core/runs/kinds.ts";
import { resumableStates } from "../../core/runs/manifest.ts";
import { readManifest } from "../../node/runs/runFolder.ts";
import { Feature } from "../common/feature.ts";
import { messages } from "../common/messages.ts";
import type { Services } from "../common/services.ts";
import { reveal } from "../common/reveal.ts";
import { assertTrusted } from "../common/trust.ts";
import { openResult } from "./openResult.ts";
import { isReadable, kindViewOf } from "./kindViews.ts";
import { cancelRun, copyCitation, deleteRuns, showLog, showManifest } from "./runActions.ts";
import type { CatalogRun, RunCatalog } from "./runCatalog.ts";
import { stateName, titleOf } from "./runItem.ts";
import { RunsView } from "./runsView.ts";

/** Which runs an action is for. */
/** How many runs a command is for. */
type HowMany = "one" | "several";
type Accepts = (run: CatalogRun) => boolean;

const any: Accepts = () => true;
const withItems: Accepts = ({ manifest }) => hasTrait("hasItems", manifest);
const citable: Accepts = ({ manifest }) => hasTrait("citable", manifest);
const withOutput: Accepts = ({ manifest }) => manifest !== undefined && outputFolderOf(manifest) !== undefined;
const running: Accepts = ({ state }) => state === "running";
const resumable: Accepts = ({ state }) => state !== undefined && resumableStates.includes(state);

/** The Runs view and what can be done with runs: from the view for those selected, from the palette for one picked. */
export class RunsFeature extends Feature {
  private readonly catalog: RunCatalog;
  private readonly view: RunsView;

  constructor(services: Services) {
    super(services);
    this.catalog = services.runCatalog;
    this.view = this._register(new RunsView(this.catalog));
    const { viewer } = services;
    this.command("medley.runs.refresh", () => this.catalog.refresh());
    this.command("medley.runs.open", (run) => this.open(run as CatalogRun));
    this.command("medley.showRunReport", () => this.report());
    this.command("medley.compareRuns", (...args) => this.compare(args));
    this.onOne("medley.runs.resume", resumable, (folder) => this.resume(folder));
    this.onOne("medley.runs.cancel", running, (folder) => cancelRun(folder));
    this.onOne("medley.runs.reveal", any, (folder) => reveal(folder));
    this.onOne("medley.runs.revealOutput", withOutput, (folder) => this.revealOutput(folder));
    this.onOne("medley.runs.copyCitation", citable, (folder) => copyCitation(folder));
    this.onOne("medley.runs.showLog", any, (folder) => showLog(viewer, folder));
    this.onOne("medley.runs.showManifest", any, (folder) => showManifest(folder));
    this.command("medley.runs.delete", async (...args) => {
      const runs = await this.chosen(args, (run) => run.state !== "running", "several");
      if (runs.length > 0 && (await deleteRuns(foldersOf(runs)))) await this.catalog.refresh();
    });
  }

  /** A command for one run: the one it is called on, the one that is selected, or the one that the user picks. */
  private onOne(id: string, accepts: Accepts, action: (folder: string) => Promise<unknown>): void {
    this.command(id, async (...args) => {
      const [run] = await this.chosen(args, accepts, "one");
      if (run !== undefined) await action(run.folder);
    });
  }

  /**
   * The runs that a command is for. A run that the command was called on counts whatever its state: what does not suit it
   * the action itself says. Where the editor no longer knows what was clicked, the user is asked: another run that
   * happens to be selected is not meant.
   * @throws ConfigurationError when there is none that suits
   */
  private async chosen(args: readonly unknown[], accepts: Accepts, number: HowMany): Promise<CatalogRun[]> {
    const clicked = this.clicked(args, number);
    if (clicked.length > 0) return clicked;
    const selection = args.length === 0 ? this.view.selection : [];
    if (selection.length > 0 && (number === "several" || selection.length === 1) && selection.every(accepts))
      return selection;
    const items = (await this.catalog.runs()).filter(accepts).map(runPick);
    if (items.length === 0) {
      throw new ConfigurationError(vscode.l10n.t("There is no run for which this can be done."), {
        hint: vscode.l10n.t("The runs of the open folders are in the view Medley: Runs."),
      });
    }
    const options = { matchOnDescription: true, placeHolder: vscode.l10n.t("The run") };
    const picked = await vscode.window.showQuickPick(items, options);
    return picked === undefined ? [] : [picked.run];
  }

  /**
   * What a menu of the tree is for.
   * @param number for `several` all that are selected, in their order, where the entry that it was opened on is among them
   */
  private clicked([one, all]: readonly unknown[], number: HowMany): CatalogRun[] {
    if (!isEntry(one)) return [];
    const selected = number === "several" && Array.isArray(all) ? all.filter(isEntry).map(({ folder }) => folder) : [];
    const folders = selected.includes(one.folder) ? selected : [one.folder];
    return folders.flatMap((folder) => this.catalog.find(folder) ?? []);
  }

  /**
   * What a click or Enter on a run does: shows what it has made, also while it works or when it was stopped, the log
   * where that is nothing yet, the file of what cannot be read.
   */
  private async open(run: CatalogRun): Promise<void> {
    if (!isReadable(run)) return showManifest(run.folder);
    if ((await kindViewOf(run)?.open(run)) !== true) await showLog(this.services.viewer, run.folder);
  }

  private async report(): Promise<void> {
    const [run] = await this.chosen([], withItems, "one");
    if (run === undefined) return;
    const { folder, state } = run;
    if (state !== "finished" && !(await this.goOn(run))) return;
    await openResult([folder]);
  }

  /** Follows a run that works, or offers to resume one that does not. Returns whether to go on to the report. */
  private async goOn(run: CatalogRun): Promise<boolean> {
    if (run.state === "running") return this.services.runs.follow(run.folder);
    const resume = vscode.l10n.t("Resume");
    const partial = vscode.l10n.t("Report What There Is");
    const message = vscode.l10n.t("{0} has not finished.", titleOf(run));
    const chosen = await messages.inform(message, resume, partial);
    if (chosen !== resume) return chosen === partial;
    return this.resume(run.folder);
  }

  private async resume(folder: string): Promise<boolean> {
    assertTrusted();
    return this.services.runs.perform(folder);
  }

  private async compare(args: readonly unknown[]): Promise<void> {
    const marked = (args.length === 0 ? this.view.selection : this.clicked(args, "several")).filter(withItems);
    const runs = marked.length > 1 ? marked : await this.pickSeveral();
    if (runs.length > 0) await openResult(foldersOf(runs));
  }

  private async pickSeveral(): Promise<CatalogRun[]> {
    const finished = (await this.catalog.runs()).filter((run) => withItems(run) && run.state === "finished");
    if (finished.length < 2) {
      throw new ConfigurationError(vscode.l10n.t("There are not two finished evaluations to compare."), {
        hint: vscode.l10n.t("Start one with the command Medley: Evaluate Model…"),
      });
    }
    const picked = await vscode.window.showQuickPick(finished.map(runPick), {
      canPickMany: true,
      matchOnDescription: true,
      placeHolder: vscode.l10n.t("Two or more finished runs of the same benchmarks"),
    });
    return (picked ?? []).map(({ run }) => run);
  }

  private async revealOutput(folder: string): Promise<void> {
    const output = outputFolderOf(await readManifest(folder));
    if (output !== undefined && existsSync(output)) return reveal(output);
    throw new ConfigurationError(vscode.l10n.t("The run has written no folder, or it is gone."), {
      place: { file: output ?? folder },
    });
  }
}

function isEntry(value: unknown): value is Pick<CatalogRun, "folder"> {
  return typeof value === "object" && value !== null && "folder" in value;
}

function foldersOf(runs: readonly CatalogRun[]): string[] {
  return runs.map(({ folder }) => folder);
}

interface RunPick extends vscode.QuickPickItem {
  readonly run: CatalogRun;
}

function runPick(run: CatalogRun): RunPick {
  const created = run.manifest === undefined ? "" : new Date(run.manifest.created).toLocaleString();
  const icon = kindViewOf(run)?.icon;
  const label = icon === undefined ? titleOf(run) : `$(${icon}) ${titleOf(run)}`;
  return { label, description: [stateName(run.state), created].join(" · "), run };
}
