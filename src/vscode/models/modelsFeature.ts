import path from "node:path";
import * as vscode from "vscode";
import { ConfigurationError } from "../../core/errors.ts";
import { formatBytes } from "../../core/formatting.ts";
import { judgeFit } from "../../core/models/memoryNeed.ts";
import { machineMemory } from "../../node/machineMemory.ts";
import { Feature } from "../common/feature.ts";
import { messages } from "../common/messages.ts";
import { reveal } from "../common/reveal.ts";
import type { Services } from "../common/services.ts";
import { absolutePath } from "../common/settings.ts";
import { modelsViewId } from "./modelCatalog.ts";
import { modelItem, modelName, needOf, type ModelNode } from "./modelItem.ts";
import { modelsInUse } from "./modelsInUse.ts";
import { ModelsView, modelNodes } from "./modelsView.ts";

/** Which models an action is for. */
type Accepts = (model: ModelNode) => boolean;

const any: Accepts = () => true;
const loadable: Accepts = ({ listing, state }) => listing.problem === undefined && state === undefined;
const held: Accepts = ({ state }) => state !== undefined;

/** The Models view and what can be done with models: from the view for the selected one, from the palette for one picked. */
export class ModelsFeature extends Feature {
  private readonly view: ModelsView;

  constructor(services: Services) {
    super(services);
    const { models } = services;
    this.view = this._register(new ModelsView(services));
    this.command("medley.models.refresh", () => models.catalog.refresh());
    this.command("medley.models.addFolder", () => addFolder());
    this.command("medley.models.removeFolder", (folder) =>
      removeFolder(folder as { readonly folder: string } | undefined),
    );
    this.command("medley.models.load", (...args) => {
      const [given] = args;
      return given instanceof vscode.Uri
        ? this.load(given.fsPath)
        : this.onOne(args, loadable, (node) => this.offerLoad(node));
    });
    this.command("medley.models.unload", (...args) =>
      this.onOne(args, held, ({ listing }) => models.unload(listing.path)),
    );
    this.command("medley.models.evaluate", (...args) => this.onOne(args, any, evaluate));
    this.command("medley.models.reveal", (...args) =>
      this.onOne(args, any, ({ listing }) => reveal(listing.files[0]!, path.dirname(listing.path))),
    );
    this.command("medley.models.copyPath", (...args) => this.onOne(args, any, copyPath));
  }

  /**
   * Does something with the model that a command is called on, that is selected, or that the user picks. Where the editor
   * no longer knows what was clicked, the user is asked: another model that happens to be selected is not meant.
   */
  private async onOne(
    args: readonly unknown[],
    accepts: Accepts,
    action: (model: ModelNode) => Promise<unknown>,
  ): Promise<void> {
    const selected = args.length === 0 ? this.view.selected : undefined;
    const chosen = selected !== undefined && accepts(selected) ? selected : this.view.clicked(args[0]);
    const model = chosen ?? (await this.pick(accepts));
    if (model !== undefined) await action(model);
  }

  /** @throws ConfigurationError when there is no model that suits */
  private async pick(accepts: Accepts): Promise<ModelNode | undefined> {
    const { models, runCatalog } = this.services;
    const inUse = modelsInUse(await runCatalog.runs());
    const folders = await models.catalog.folders();
    const memory = machineMemory();
    const items = folders
      .flatMap((folder) => modelNodes(folder, models.states, inUse))
      .filter(accepts)
      .map((model) => {
        const { description } = modelItem(model, memory);
        return { label: modelName(model.listing), description: String(description), detail: model.listing.path, model };
      });
    if (items.length === 0) {
      throw new ConfigurationError(vscode.l10n.t("There is no model for which this can be done."), {
        hint: vscode.l10n.t(
          "The models of the open folders and of the setting medley.modelFolders are in the view Medley: Models.",
        ),
      });
    }
    const options = { matchOnDescription: true, matchOnDetail: true, placeHolder: vscode.l10n.t("The model") };
    return (await vscode.window.showQuickPick(items, options))?.model;
  }

  /** Loads a model unless the user thinks better of it, where memory will not suffice. */
  private async offerLoad(node: ModelNode): Promise<void> {
    const { listing } = node;
    const memory = machineMemory();
    const need = needOf(node);
    if (need !== undefined && judgeFit(need, memory) !== "fits") {
      const message = vscode.l10n.t(
        "{0} needs about {1} of memory, and {2} are available. Without a GPU the machine may become very slow.",
        modelName(listing),
        formatBytes(need.total),
        formatBytes(memory.available),
      );
      const anyway = vscode.l10n.t("Load Anyway");
      if ((await messages.warn(message, { modal: true }, anyway)) !== anyway) return;
    }
    await this.load(listing.path);
  }

  private async load(file: string): Promise<void> {
    const options = { location: { viewId: modelsViewId } };
    await vscode.window.withProgress(options, () => this.services.models.load(file));
  }
}

async function evaluate({ listing }: ModelNode): Promise<void> {
  await vscode.commands.executeCommand("medley.evaluateModel", vscode.Uri.file(listing.path));
}

async function copyPath({ listing }: ModelNode): Promise<void> {
  await vscode.env.clipboard.writeText(listing.path);
  vscode.window.setStatusBarMessage(vscode.l10n.t("The path is on the clipboard."), 5000);
}

const setting = "modelFolders";

/** Folders as they are written in the user's settings, or in the workspace's where these have a list of their own. */
function writtenFolders(): { readonly folders: readonly string[]; readonly target: vscode.ConfigurationTarget } {
  const inspected = vscode.workspace.getConfiguration("medley").inspect<string[]>(setting);
  if (inspected?.workspaceValue !== undefined) {
    return { folders: inspected.workspaceValue, target: vscode.ConfigurationTarget.Workspace };
  }
  return { folders: inspected?.globalValue ?? [], target: vscode.ConfigurationTarget.Global };
}

async function writeFolders(change: (folders: readonly string[]) => string[]): Promise<void> {
  const { folders, target } = writtenFolders();
  await vscode.workspace.getConfiguration("medley").update(setting, change(folders), target);
}

async function addFolder(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: true,
    openLabel: vscode.l10n.t("Add Model Folder"),
  });
  if (chosen === undefined) return;
  await writeFolders((folders) => [...new Set([...folders, ...chosen.map(({ fsPath }) => fsPath)])]);
  await vscode.commands.executeCommand(`${modelsViewId}.focus`);
}

/** Its files stay where they are. What is written with `~`, or relatively, is found by its name. */
async function removeFolder(folder: { readonly folder: string } | undefined): Promise<void> {
  const { folders } = writtenFolders();
  const name = folder?.folder ?? (await vscode.window.showQuickPick([...folders]));
  if (name === undefined) return;
  const scopes = vscode.workspace.workspaceFolders ?? [undefined];
  const meant = (written: string): boolean =>
    written === name || scopes.some((scope) => absolutePath(written, scope) === name);
  await writeFolders((all) => all.filter((written) => !meant(written)));
}
