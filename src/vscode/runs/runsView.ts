import * as vscode from "vscode";
import { describeError } from "../../core/errors.ts";
import { Disposable } from "../common/disposable.ts";
import type { CatalogRun, RunCatalog } from "./runCatalog.ts";
import { runItem, runTooltip } from "./runItem.ts";

/** Runs that stand alike. */
interface RunGroup {
  readonly id: "running" | "unfinished" | "finished" | "damaged";
}

type Node = RunGroup | CatalogRun;

/** The view of all runs: by state, and in each state the latest first. */
export class RunsView extends Disposable implements vscode.TreeDataProvider<Node> {
  private readonly changed = this._register(new vscode.EventEmitter<RunGroup | undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Node>;
  private severalRoots = false;

  constructor(private readonly catalog: RunCatalog) {
    super();
    this.view = this._register(
      vscode.window.createTreeView<Node>("medley.runs", {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    // While only numbers change, the other groups need not be drawn again.
    this._register(catalog.onDidChange((what) => this.changed.fire(what === "progress" ? groups[0] : undefined)));
  }

  /** The runs that are selected. */
  get selection(): CatalogRun[] {
    return this.view.selection.filter(isRun);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node !== undefined && isRun(node)) return [];
    const runs = await this.catalog.runs();
    if (node !== undefined) return runs.filter((run) => groupOf(run) === node.id);
    this.view.message = this.catalog.problems.length === 0 ? undefined : this.catalog.problems.join("\n");
    this.severalRoots = new Set(runs.map(({ workspace }) => workspace)).size > 1;
    this.showCount(runs.filter(({ state }) => state === "running").length);
    const present = new Set(runs.map(groupOf));
    return groups.filter(({ id }) => present.has(id));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return isRun(node) ? runItem(node, this.severalRoots) : groupItem(node);
  }

  async resolveTreeItem(item: vscode.TreeItem, node: Node): Promise<vscode.TreeItem> {
    if (!isRun(node)) return item;
    try {
      item.tooltip = await runTooltip(node);
    } catch (error) {
      item.tooltip = describeError(error);
    }
    return item;
  }

  private showCount(running: number): void {
    const tooltip = running === 1 ? vscode.l10n.t("1 run is working") : vscode.l10n.t("{0} runs are working", running);
    this.view.badge = running === 0 ? undefined : { value: running, tooltip };
  }
}

/** Always the same objects: the editor knows a group by them. */
const groups: readonly RunGroup[] = [{ id: "running" }, { id: "unfinished" }, { id: "finished" }, { id: "damaged" }];

function isRun(node: Node): node is CatalogRun {
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
