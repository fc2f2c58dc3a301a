import path from "node:path";
import * as vscode from "vscode";
import { z } from "zod";
import { ConfigurationError } from "../../core/errors.ts";
import { withoutOverrides } from "../../core/reports/table.ts";
import { panelStateSchema, type PanelState } from "../../core/results/messages.ts";
import { hasTrait } from "../../core/runs/kinds.ts";
import { listRuns, readManifest } from "../../node/runs/runFolder.ts";
import { describeError } from "../common/describeError.ts";
import { Feature } from "../common/feature.ts";
import { restorePanels } from "../common/pagePanel.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { chooseFolder } from "../common/workspace.ts";
import { NotebookResults } from "./notebookResults.ts";
import { ResultPanel, resultPanelKind } from "./resultPanel.ts";
import { ResultService } from "./resultService.ts";

/** Absolute paths of run folders, as commands pass them. */
const foldersSchema = z.array(z.string()).min(1);

/** The results of evaluations as pages: under the cells of notebooks, and full-size in panels. */
export class ResultsFeature extends Feature {
  private readonly results: ResultService;
  private readonly panels = new Map<string, ResultPanel>();

  constructor(services: Services) {
    super(services);
    this.results = this._register(new ResultService(services.log, (...shown) => this.open(...shown), services.service));
    this._register(new NotebookResults(this.results));
    this._register(restorePanels(resultPanelKind, services.log, (panel, state) => this.adopt(panel, state)));
    this._register({ dispose: () => this.panels.forEach((panel) => panel.dispose()) });
    this.command("medley.openResult", (folders) => this.openFolders(folders));
  }

  /** @param given folders of runs; without them the user picks some */
  private async openFolders(given: unknown): Promise<void> {
    const folders = given === undefined ? await this.pickRuns() : foldersSchema.parse(given);
    if (folders === undefined || folders.length === 0) return;
    const [runsFolder, ...others] = new Set(folders.map((folder) => path.dirname(path.resolve(folder))));
    if (others.length > 0) {
      throw new ConfigurationError(vscode.l10n.t("These runs are in different folders of runs."), {
        hint: vscode.l10n.t("Results are shown together for runs of one folder: copy the others there."),
      });
    }
    this.open(
      runsFolder!,
      folders.map((folder) => path.basename(folder)),
    );
  }

  private async pickRuns(): Promise<string[] | undefined> {
    const folder = await chooseFolder();
    if (folder === undefined) return undefined;
    const { runsFolder } = readSettings(folder);
    const listings = (await listRuns(runsFolder)).filter(({ manifest }) => hasTrait("hasItems", manifest));
    if (listings.length === 0) {
      throw new ConfigurationError(vscode.l10n.t("There is no evaluation in {0} yet.", runsFolder), {
        hint: vscode.l10n.t("Start one with the command Medley: Evaluate Model…"),
      });
    }
    const items = listings.reverse().map(({ folder, manifest, state }) => ({
      label: manifest!.title,
      description: `${state} · ${new Date(manifest!.created).toLocaleString()}`,
      folder,
    }));
    const placeHolder = vscode.l10n.t("The runs whose results to show");
    const picked = await vscode.window.showQuickPick(items, {
      placeHolder,
      canPickMany: true,
      matchOnDescription: true,
    });
    return picked?.map((item) => item.folder);
  }

  private open(runsFolder: string, runs: readonly string[], compare?: boolean): void {
    const state: PanelState = panelStateSchema.parse({ v: 1, runs: [...new Set(runs)], runsFolder, compare });
    const known = this.panels.get(keyOf(state));
    if (known !== undefined) return known.reveal();
    const column = vscode.ViewColumn.Active;
    this.adopt(vscode.window.createWebviewPanel(resultPanelKind.viewType, "", column), state);
  }

  /** A single run's own title says more than the name of its folder. */
  private async entitle(panel: ResultPanel, { runsFolder, runs }: PanelState): Promise<void> {
    if (runs.length > 1) return;
    try {
      panel.title = withoutOverrides((await readManifest(path.join(runsFolder, runs[0]!))).title);
    } catch (error) {
      // The page itself says what is wrong with the folder.
      this.services.log.debug(describeError(error));
    }
  }

  private adopt(panel: vscode.WebviewPanel, state: PanelState): void {
    const key = keyOf(state);
    const result = new ResultPanel(panel, state, this.results, this.services.context.extensionUri);
    void this.entitle(result, state);
    this.panels.set(key, result);
    result.onDidClose(() => {
      if (this.panels.get(key) === result) this.panels.delete(key);
    });
  }
}

function keyOf({ runsFolder, runs, compare }: PanelState): string {
  return JSON.stringify([runsFolder, runs, compare !== false]);
}
