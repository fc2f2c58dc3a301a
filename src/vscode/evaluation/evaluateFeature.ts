import * as vscode from "vscode";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { assertTrusted } from "../common/trust.ts";
import { chooseFolder } from "../common/workspace.ts";
import { openResult } from "../runs/openResult.ts";
import { askConfiguration } from "./questions.ts";

/** Evaluates one model on one benchmark: from a few questions to a report. */
export class EvaluateFeature extends Feature {
  constructor(services: Services) {
    super(services);
    this.command("medley.evaluateModel", (model) => this.evaluate(model instanceof vscode.Uri ? model : undefined));
  }

  private async evaluate(model: vscode.Uri | undefined): Promise<void> {
    assertTrusted();
    const folder = await chooseFolder(model);
    if (folder === undefined) return;
    const settings = readSettings(folder);
    const choices = await askConfiguration(folder, model, this.services.models);
    if (choices === undefined) return;
    const runs = await this.services.runs.evaluate({ ...choices }, folder.uri.fsPath, settings);
    if (runs !== undefined) await openResult(runs);
  }
}
