import path from "node:path";
import * as vscode from "vscode";
import { describeError } from "../common/describeError.ts";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";
import { modelsViewId } from "../models/modelCatalog.ts";
import { modelName } from "../models/modelItem.ts";
import { modelsInUse } from "../models/modelsInUse.ts";
import { openResult } from "../runs/openResult.ts";
import type { CatalogRun } from "../runs/runCatalog.ts";
import { describeProgress, percentOf } from "../runs/runProgress.ts";

/** Something that a model does now. */
interface Activity {
  readonly icon: string;
  readonly model: string;
  /** Short, for the bar. */
  readonly state: string;
  /** All that is known. */
  readonly details: string;
  /** Folder of the run. */
  readonly run?: string;
}

const openCommand = "medley.statusBar.open";

/** The item in the status bar: which model is evaluated, loaded or about to be, how far and how fast. */
export class StatusBarFeature extends Feature {
  private readonly item: vscode.StatusBarItem;
  private activities: readonly Activity[] = [];
  private drawing = Promise.resolve();

  constructor(services: Services) {
    super(services);
    this.item = this._register(vscode.window.createStatusBarItem("medley.model", vscode.StatusBarAlignment.Left, 10));
    this.item.name = vscode.l10n.t("Medley: Models at Work");
    this.item.command = openCommand;
    this.command(openCommand, () => this.open());
    const draw = (): void => {
      this.drawing = this.drawing.then(() => this.draw());
    };
    this._register(services.models.onDidChange(draw));
    this._register(services.runCatalog.onDidChange(draw));
    draw();
  }

  private async draw(): Promise<void> {
    const { models, runCatalog, log } = this.services;
    try {
      const evaluated = [...modelsInUse(await runCatalog.runs())].flatMap(([file, runs]) =>
        runs.map((run) => evaluation(file, run)),
      );
      const held = [...models.states].map(([file, state]): Activity => {
        const loading = state === "loading";
        const text = loading ? vscode.l10n.t("loading …") : vscode.l10n.t("loaded");
        return { icon: loading ? "loading~spin" : "chip", model: nameOf(file), state: text, details: text };
      });
      this.activities = [...evaluated, ...held];
    } catch (error) {
      log.error(describeError(error));
    }
    this.show();
  }

  private show(): void {
    const { item, activities } = this;
    const [first, ...others] = activities;
    if (first === undefined) return item.hide();
    const more = others.length === 0 ? [] : [vscode.l10n.t("{0} more", others.length)];
    item.text = [`$(${first.icon}) ${first.model}`, first.state, ...more].join(" · ");
    const lines = activities.map(({ model, details }) => `${model}: ${details}`);
    const hint =
      first.run === undefined ? vscode.l10n.t("Click to show the models") : vscode.l10n.t("Click to show the result");
    item.tooltip = [...lines, hint].join("\n");
    item.accessibilityInformation = { label: [vscode.l10n.t("Medley"), ...lines].join(", "), role: "button" };
    item.show();
  }

  /** The results of what is evaluated, which fill in meanwhile; otherwise the models. */
  private async open(): Promise<void> {
    const runs = this.activities.flatMap(({ run }) => run ?? []);
    if (runs.length > 0) await openResult(runs.slice(0, 1));
    else await vscode.commands.executeCommand(`${modelsViewId}.focus`);
  }
}

function nameOf(file: string): string {
  return modelName({ path: path.normalize(file) });
}

function evaluation(file: string, { folder, manifest, progress }: CatalogRun): Activity {
  const model = nameOf(file);
  if (progress === undefined) {
    const state = vscode.l10n.t("loading …");
    return { icon: "loading~spin", model, state, details: [manifest?.title, state].join(": "), run: folder };
  }
  const { tokenRate } = progress;
  const speed = tokenRate === undefined ? [] : [vscode.l10n.t("{0} tokens/s", formatSpeed(tokenRate))];
  const percent = vscode.l10n.t("{0} %", Math.floor(percentOf(progress)));
  return {
    icon: "beaker",
    model,
    state: [percent, ...speed].join(" · "),
    details: [manifest?.title, describeProgress(progress), ...speed].join(" · "),
    run: folder,
  };
}

function formatSpeed(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}
