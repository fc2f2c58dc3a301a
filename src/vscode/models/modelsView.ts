import path from "node:path";
import * as vscode from "vscode";
import { ConfigurationError } from "../../core/errors.ts";
import { machineMemory } from "../../node/models/machineMemory.ts";
import { Disposable } from "../common/disposable.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { modelsViewId, type CatalogFolder } from "./modelCatalog.ts";
import { withHome } from "../common/withHome.ts";
import { modelItem, modelTooltip, type ModelNode } from "./modelItem.ts";
import { modelsInUse } from "./modelsInUse.ts";

type Node = CatalogFolder | ModelNode;

/** What an earlier search found is believed for so long, in milliseconds, when the view is opened again. */
const believed = 30_000;

/** The view of all models, by the folder that they were found in. */
export class ModelsView extends Disposable implements vscode.TreeDataProvider<Node> {
  private readonly changed = this._register(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Node>;
  private hidden = 0;

  constructor(private readonly services: Services) {
    super();
    const { models, runCatalog } = services;
    this.view = this._register(
      vscode.window.createTreeView<Node>(modelsViewId, { treeDataProvider: this, showCollapseAll: true }),
    );
    const redraw = (): void => this.changed.fire(undefined);
    this._register(models.catalog.onDidChange(redraw));
    this._register(models.onDidChange(redraw));
    // How far a run is does not show here.
    this._register(runCatalog.onDidChange((what) => what === "runs" && redraw()));
    this._register(this.view.onDidChangeVisibility(({ visible }) => this.showAgain(visible)));
  }

  /** The model that is selected. */
  get selected(): ModelNode | undefined {
    return this.view.selection.find(isModel);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    const { models, runCatalog } = this.services;
    if (node === undefined) {
      const folders = await models.catalog.folders();
      this.view.message = models.catalog.problems.length === 0 ? undefined : models.catalog.problems.join("\n");
      // An open folder without models says nothing; one that is named in the settings is shown, whatever is in it.
      return folders.filter((folder) => folder.kind === "configured" || folder.models.length > 0);
    }
    return isModel(node) ? [] : modelNodes(node, models.states, modelsInUse(await runCatalog.runs()));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return isModel(node) ? modelItem(node, machineMemory()) : folderItem(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    if (isModel(node)) item.tooltip = modelTooltip(node, machineMemory());
    return item;
  }

  /** Files of folders outside of the workspace may have changed unseen. */
  private showAgain(visible: boolean): void {
    if (!visible) this.hidden = Date.now();
    else if (this.hidden > 0 && Date.now() - this.hidden > believed) void this.services.models.catalog.refresh();
  }
}

export function isModel(value: unknown): value is ModelNode {
  return typeof value === "object" && value !== null && "listing" in value;
}

/** The models of a folder with what is known of their use. */
export function modelNodes(
  { folder, models }: CatalogFolder,
  states: Services["models"]["states"],
  inUse: ReturnType<typeof modelsInUse>,
): ModelNode[] {
  const kvCacheType = kvCacheTypeIn(folder);
  return models.map((listing) => ({
    listing,
    subfolder: path.dirname(path.relative(folder, listing.path)).replace(/^\.$/, ""),
    state: states.get(listing.path),
    runs: inUse.get(listing.path) ?? [],
    kvCacheType,
  }));
}

function kvCacheTypeIn(folder: string): ModelNode["kvCacheType"] {
  const scope = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)) ?? vscode.workspace.workspaceFolders?.[0];
  try {
    return readSettings(scope).kvCacheType;
  } catch (error) {
    // The catalog, which reads the same settings, says what is wrong.
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

function folderItem({ folder, kind, name, models, problems }: CatalogFolder): vscode.TreeItem {
  const state = models.length === 0 ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Expanded;
  const item = new vscode.TreeItem(name, state);
  item.id = `folder:${folder}`;
  item.contextValue = `modelFolder:${kind}`;
  const empty = models.length === 0 && problems.length === 0 ? [vscode.l10n.t("no GGUF files")] : [];
  const place = kind === "configured" && problems.length === 0 ? [withHome(folder)] : [];
  item.description = [...place, ...problems, ...empty].join(" · ");
  if (problems.length > 0) {
    item.iconPath = new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
  } else {
    item.iconPath = vscode.ThemeIcon.Folder;
  }
  item.tooltip = [folder, ...problems].join("\n");
  item.accessibilityInformation = { label: [name, ...problems, ...empty].join(", ") };
  return item;
}
