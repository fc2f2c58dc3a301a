import * as vscode from "vscode";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { assertTrusted } from "../common/trust.ts";
import { chooseFolder } from "../common/workspace.ts";
import type { ModelService } from "../models/modelService.ts";
import { askModel, askWhat, withoutEmpty } from "../evaluation/questions.ts";
import { buildPrompts } from "./buildPrompts.ts";

/** Shows what a model is asked, to the last character and token. */
export class PromptFeature extends Feature {
  constructor(services: Services) {
    super(services);
    this.command("medley.showPrompt", () => this.show());
  }

  private async show(): Promise<void> {
    assertTrusted();
    const folder = await chooseFolder(vscode.window.activeTextEditor?.document.uri);
    if (folder === undefined) return;
    const settings = readSettings(folder);
    const configuration = await askPrompt(folder, this.services.models);
    if (configuration === undefined) return;
    const { title, markdown } = await buildPrompts(this.services, configuration, folder.uri.fsPath, settings);
    await this.services.viewer.show(title, markdown);
  }
}

async function askPrompt(
  folder: vscode.WorkspaceFolder,
  known: ModelService,
): Promise<Record<string, unknown> | undefined> {
  const title = (step: number): string => vscode.l10n.t("Show Prompt ({0}/{1})", step, 5);
  const noModel = { label: `$(circle-slash) ${vscode.l10n.t("No model: the text without its tokens")}`, value: "" };
  const asked = await askWhat(title, folder, () => askModel(title(1), folder, known, [noModel]));
  if (asked === undefined) return undefined;
  const item = await vscode.window.showInputBox({
    title: title(5),
    prompt: vscode.l10n.t("Id of the item. Leave empty for the first one."),
    ignoreFocusOut: true,
  });
  if (item === undefined) return undefined;
  const { models, shots, ...others } = asked;
  return {
    ...others,
    ...withoutEmpty({ shots }),
    ...(models === "" ? {} : { models }),
    ...(item.trim() === "" ? { limit: 1 } : { items: [item.trim()] }),
  };
}
