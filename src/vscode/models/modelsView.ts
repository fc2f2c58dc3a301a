import path from "node:path";
import * as vscode from "vscode";
import { ConfigurationError } from "../../core/errors.ts";
import { machineMemory } from "../../node/machineMemory.ts";
import { Disposable } from "../common/disposable.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { modelsViewId, type CatalogFolder } from "./modelCatalog.ts";
import { withHome } from "../common/withHome.ts";
import { modelItem, modelTooltip, type ModelNode } from "./modelItem.ts";
import { modelsInUse } from "./modelsInUse.ts";

/** A folder in the tree. Like a model, always the same object, by which the editor knows what is clicked. */
interface FolderEntry {
  readonly folder: string;
}

interface ModelEntry {
  /** {@link ModelListing.path} */
  readonly file: string;
}

type Entry = FolderEntry | ModelEntry;

/** What an earlier search found is believed for so long, in milliseconds, when the view is opened again. */
const believed = 30_000;

/**
 * The view of all models, by the folder that they were found in. Like the view of runs it is drawn anew only when other
 * models belong to it, otherwise only the entries that have changed: what is clicked while the editor asks for a list
 * anew is lost.
 */
export class ModelsView extends Disposable implements vscode.TreeDataProvider<Entry> {
  private readonly changed = this._register(new vscode.EventEmitter<Entry[] | undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Entry>;
  private hidden = 0;
  /** By path. */
  private readonly entries = new Map<string, Entry>();
  private folders: readonly CatalogFolder[] = [];
  private models: ReadonlyMap<string, ModelNode> = new Map();
  /** What the tree shows: the models of each folder in their order, and each as it was drawn. */
  private layout = "";
  private readonly drawn = new Map<string, string>();

  constructor(private readonly services: Pick<Services, "models" | "runCatalog">) {
    super();
    const { models, runCatalog } = services;
    this.view = this._register(
      vscode.window.createTreeView<Entry>(modelsViewId, { treeDataProvider: this, showCollapseAll: true }),
    );
    const redraw = (): void => void this.redraw();
    this._register(models.catalog.onDidChange(redraw));
    this._register(models.onDidChange(redraw));
    // How far a run is does not show here.
    this._register(runCatalog.onDidChange((what) => what === "runs" && redraw()));
    this._register(this.view.onDidChangeVisibility(({ visible }) => this.showAgain(visible)));
  }

  /** The model that is selected. */
  get selected(): ModelNode | undefined {
    return this.clicked(this.view.selection[0]);
  }

  /** The model that a menu of the tree was opened on, as it is now. */
  clicked(entry: unknown): ModelNode | undefined {
    return isModelEntry(entry) ? this.models.get(entry.file) : undefined;
  }

  async getChildren(entry?: Entry): Promise<Entry[]> {
    if (entry === undefined) {
      await this.read();
      const { problems } = this.services.models.catalog;
      this.view.message = problems.length === 0 ? undefined : problems.join("\n");
      this.layout = this.layoutNow();
      return this.folders.map(({ folder }) => this.entryOf(folder, { folder }));
    }
    if (isModelEntry(entry)) return [];
    const models = this.folders.find(({ folder }) => folder === entry.folder)?.models ?? [];
    return models.map(({ path: file }) => this.entryOf(file, { file }));
  }

  getTreeItem(entry: Entry): vscode.TreeItem {
    if (!isModelEntry(entry)) {
      const folder = this.folders.find((each) => each.folder === entry.folder);
      return folder === undefined ? new vscode.TreeItem(path.basename(entry.folder)) : folderItem(folder);
    }
    const model = this.models.get(entry.file);
    // Gone since the editor was told of it; it will ask for the list anew.
    if (model === undefined) return new vscode.TreeItem(path.basename(entry.file));
    this.drawn.set(entry.file, lookOf(model));
    return modelItem(model, machineMemory());
  }

  resolveTreeItem(item: vscode.TreeItem, entry: Entry): vscode.TreeItem {
    const model = this.clicked(entry);
    if (model !== undefined) item.tooltip = modelTooltip(model, machineMemory());
    return item;
  }

  private async read(): Promise<void> {
    const { models, runCatalog } = this.services;
    const found = await models.catalog.folders();
    const inUse = modelsInUse(await runCatalog.runs());
    // An open folder without models says nothing; one that is named in the settings is shown, whatever is in it.
    this.folders = found.filter((folder) => folder.kind === "configured" || folder.models.length > 0);
    const nodes = this.folders.flatMap((folder) => modelNodes(folder, models.states, inUse));
    this.models = new Map(nodes.map((node) => [node.listing.path, node]));
  }

  private async redraw(): Promise<void> {
    // Nobody has looked yet, and nothing is searched before somebody does.
    if (this.layout === "") return;
    await this.read();
    if (this.layoutNow() !== this.layout) return this.changed.fire(undefined);
    const changed = [...this.models].filter(([file, model]) => this.drawn.get(file) !== lookOf(model));
    if (changed.length > 0) this.changed.fire(changed.map(([file]) => this.entryOf(file, { file })));
  }

  /** The folders with their models, and what stands over the tree: what a change of an entry alone leaves as it is. */
  private layoutNow(): string {
    const folders = this.folders.map(({ models, ...folder }) => [folder, models.map(({ path }) => path)]);
    return JSON.stringify([this.services.models.catalog.problems, folders]);
  }

  private entryOf(key: string, entry: Entry): Entry {
    const known = this.entries.get(key) ?? entry;
    this.entries.set(key, known);
    return known;
  }

  /** Files of folders outside of the workspace may have changed unseen. */
  private showAgain(visible: boolean): void {
    if (!visible) this.hidden = Date.now();
    else if (this.hidden > 0 && Date.now() - this.hidden > believed) void this.services.models.catalog.refresh();
  }
}

function isModelEntry(value: unknown): value is ModelEntry {
  return typeof value === "object" && value !== null && "file" in value;
}

/** All that an entry's look depends on, but the memory of the machine. */
function lookOf({ runs, ...model }: ModelNode): string {
  return JSON.stringify([model, runs.map(({ folder }) => folder)]);
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
  const empty = models.length === 0 && problems.length === 0 ? [vscode.l10n.t("no models")] : [];
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
