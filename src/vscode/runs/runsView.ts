import path from "node:path";
import * as vscode from "vscode";
import { describeError } from "../common/describeError.ts";
import { Disposable } from "../common/disposable.ts";
import type { CatalogRun, RunCatalog } from "./runCatalog.ts";
import { runItem, runTooltip } from "./runItem.ts";

/** Runs that stand alike. */
interface RunGroup {
  readonly id: "running" | "unfinished" | "finished" | "damaged";
}

/** A run in the tree: always the same object, by which the editor knows what is clicked. */
interface RunNode {
  readonly folder: string;
}

type Node = RunGroup | RunNode;

/**
 * The view of all runs: by state, and in each state the latest first. While the editor asks for a list anew it knows
 * none of its entries, and what is clicked in that moment is lost. So a list is drawn anew only when other runs belong
 * to it or stand in another order; otherwise only the entries that have changed.
 */
export class RunsView extends Disposable implements vscode.TreeDataProvider<Node> {
  private readonly changed = this._register(new vscode.EventEmitter<Node[] | undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Node>;
  private severalRoots = false;
  private readonly nodes = new Map<string, RunNode>();
  /** What the tree shows: the runs of each group in their order, and each as it was drawn. */
  private layout = "";
  private readonly drawn = new Map<string, CatalogRun>();

  constructor(private readonly catalog: RunCatalog) {
    super();
    this.view = this._register(
      vscode.window.createTreeView<Node>("medley.runs", {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    this._register(catalog.onDidChange(() => void this.redraw()));
  }

  /** The runs that are selected. */
  get selection(): CatalogRun[] {
    return this.view.selection.filter(isRun).flatMap(({ folder }) => this.catalog.find(folder) ?? []);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node !== undefined && isRun(node)) return [];
    const runs = await this.catalog.runs();
    if (node !== undefined) return runs.filter((run) => groupOf(run) === node.id).map((run) => this.nodeOf(run));
    this.view.message = this.catalog.problems.length === 0 ? undefined : this.catalog.problems.join("\n");
    this.severalRoots = new Set(runs.map(({ workspace }) => workspace)).size > 1;
    this.showCount(runs.filter(({ state }) => state === "running").length);
    this.layout = this.layoutOf(runs);
    const present = new Set(runs.map(groupOf));
    return groups.filter(({ id }) => present.has(id));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (!isRun(node)) return groupItem(node);
    const run = this.catalog.find(node.folder);
    // Gone since the editor was told of it; it will ask for the list anew.
    if (run === undefined) return new vscode.TreeItem(path.basename(node.folder));
    this.drawn.set(node.folder, run);
    return runItem(run, this.severalRoots);
  }

  async resolveTreeItem(item: vscode.TreeItem, node: Node): Promise<vscode.TreeItem> {
    const run = isRun(node) ? this.catalog.find(node.folder) : undefined;
    if (run === undefined) return item;
    try {
      item.tooltip = await runTooltip(run);
    } catch (error) {
      item.tooltip = describeError(error);
    }
    return item;
  }

  private async redraw(): Promise<void> {
    const runs = await this.catalog.runs();
    if (this.layoutOf(runs) !== this.layout) return this.changed.fire(undefined);
    const changed = runs.filter((run) => this.drawn.get(run.folder) !== run);
    this.changed.fire(changed.map((run) => this.nodeOf(run)));
  }

  /** The groups with their runs, and what stands over the tree: what a change of an entry alone leaves as it is. */
  private layoutOf(runs: readonly CatalogRun[]): string {
    const entries = runs.map((run) => [groupOf(run), run.folder, run.workspace]);
    return JSON.stringify([this.catalog.problems, ...entries]);
  }

  private nodeOf({ folder }: CatalogRun): RunNode {
    const node = this.nodes.get(folder) ?? { folder };
    this.nodes.set(folder, node);
    return node;
  }

  private showCount(running: number): void {
    const tooltip = running === 1 ? vscode.l10n.t("1 run is working") : vscode.l10n.t("{0} runs are working", running);
    this.view.badge = running === 0 ? undefined : { value: running, tooltip };
  }
}

/** Always the same objects: the editor knows a group by them. */
const groups: readonly RunGroup[] = [{ id: "running" }, { id: "unfinished" }, { id: "finished" }, { id: "damaged" }];

function isRun(node: Node): node is RunNode {
  return "folder" in node;
}

function groupOf({ manifest, state }: CatalogRun): RunGroup["id"] {
  if (manifest === undefined) return "damaged";
  return state === "running" || state === "finished" ? state : "unfinished";
}

function groupItem({ id }: RunGroup): vscode.TreeItem {
  const titles = {
    running: vscode.l10n.t("Running"),
    unfinished: vscode.l10n.t("Not Finished"),
    finished: vscode.l10n.t("Finished"),
    damaged: vscode.l10n.t("Damaged"),
  };
  const item = new vscode.TreeItem(titles[id], vscode.TreeItemCollapsibleState.Expanded);
  item.id = `group:${id}`;
  item.contextValue = "runGroup";
  return item;
}
