import * as vscode from "vscode";
import { mergeTemplates } from "../../core/merge/templates/registry.ts";
import type { MergeTemplate } from "../../core/merge/templates/template.ts";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";

/** Opens a new merge configuration from a template. */
export class NewConfigurationFeature extends Feature {
  constructor(services: Services) {
    super(services);
    this.command("medley.newMergeConfiguration", () => this.open());
  }

  private async open(): Promise<void> {
    const items = mergeTemplates.map((template) => ({ ...itemOf(template), template }));
    const placeHolder = vscode.l10n.t("What to start from; every model in it can be replaced by yours");
    const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
    if (picked === undefined) return;
    const document = await vscode.workspace.openTextDocument({ language: "yaml", content: picked.template.text });
    await vscode.window.showTextDocument(document);
  }
}

function itemOf({ title, description, text }: MergeTemplate): vscode.QuickPickItem {
  const [, method] = /^merge_method: (\w+)/m.exec(text) ?? [];
  return { label: title, detail: description, ...(method === undefined ? {} : { description: method }) };
}
