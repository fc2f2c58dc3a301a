import path from "node:path";
import * as vscode from "vscode";
import type { ModelListing } from "../../core/models/modelListing.ts";
import { tasks } from "../../node/service/tasks.ts";
import { runTask } from "../../node/service/serviceProcess.ts";
import { describeError } from "../common/describeError.ts";
import { Disposable } from "../common/disposable.ts";
import { readSettings } from "../common/settings.ts";
import { modelFilesPattern } from "./modelFiles.ts";

export const modelsViewId = "medley.models";

/** A folder that is searched for models, with what was found there. */
export interface CatalogFolder {
  readonly folder: string;
  /** Open in the window, or named in the settings. */
  readonly kind: "workspace" | "configured";
  readonly name: string;
  readonly models: readonly ModelListing[];
  /** Why the folder, or a part of it, is not listed. */
  readonly problems: readonly string[];
}

type Root = Pick<CatalogFolder, "folder" | "kind" | "name">;

/** Changes of files that come together are answered together; a download changes its file all the time. */
const settleInterval = 1000;

/**
 * The models in the open folders and in those of the setting `medley.modelFolders`. A process of its own reads their
 * headers, of unchanged files never twice. Nothing is searched before somebody asks, and nothing in an untrusted
 * workspace.
 */
export class ModelCatalog extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changed.event;
  /** Why the settings cannot be followed. */
  problems: readonly string[] = [];

  private known: readonly CatalogFolder[] = [];
  private scanned: Promise<void> | undefined;
  private work: Promise<void> = Promise.resolve();
  private watchers: vscode.Disposable[] = [];
  private settling: NodeJS.Timeout | undefined;
  private readonly ended = new AbortController();

  constructor(private readonly log: vscode.LogOutputChannel) {
    super();
    const again = (): void => {
      if (this.scanned !== undefined) void this.refresh();
    };
    this._register(vscode.workspace.onDidChangeWorkspaceFolders(again));
    this._register(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.refresh()));
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("medley.modelFolders")) again();
      }),
    );
  }

  override dispose(): void {
    this.ended.abort();
    clearTimeout(this.settling);
    for (const watcher of this.watchers.splice(0)) watcher.dispose();
    super.dispose();
  }

  /** The folders with their models; the open ones first. Searches them when that was not done yet. */
  async folders(): Promise<readonly CatalogFolder[]> {
    if (this.scanned === undefined) void this.refresh();
    await this.scanned;
    return this.known;
  }

  /** All models that can be used. */
  async usable(): Promise<ModelListing[]> {
    return (await this.folders()).flatMap(({ models }) => models.filter(({ problem }) => problem === undefined));
  }

  /** What was found at a path, if it was searched. */
  find(file: string): ModelListing | undefined {
    return this.known.flatMap(({ models }) => models).find((model) => model.path === file);
  }

  /** Searches everything again, once a running search has ended. */
  async refresh(): Promise<void> {
    const scan = async (): Promise<void> => {
      try {
        await this.scan();
      } catch (error) {
        if (this.ended.signal.aborted) return;
        this.log.error(describeError(error));
        this.problems = [describeError(error)];
      }
    };
    this.work = this.work.then(scan);
    this.scanned = this.work;
    await this.work;
    this.changed.fire();
  }

  private async scan(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    const roots = this.findRoots();
    if (roots.length === 0) {
      this.known = [];
      return;
    }
    const params = { folders: roots.map(({ folder }) => folder), known: this.known.flatMap(({ models }) => models) };
    const options = { location: { viewId: modelsViewId } };
    const found = await vscode.window.withProgress(options, () => runTask(tasks.listModels, params, this.ended.signal));
    const folders = roots.map((root, index) => ({ ...root, ...found[index]! }));
    this.known = folders.map(({ models, ...rest }) => ({
      ...rest,
      models: models.filter((model) => deepestRoot(model.path, roots) === rest.folder),
    }));
  }

  /** @returns each folder once: an open folder that the settings name too counts as open */
  private findRoots(): Root[] {
    const roots = new Map<string, Root>();
    const problems: string[] = [];
    const open = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
    for (const { uri, name } of open) roots.set(uri.fsPath, { folder: uri.fsPath, kind: "workspace", name });
    for (const scope of open.length === 0 ? [undefined] : open) {
      try {
        for (const folder of readSettings(scope).modelFolders) {
          if (!roots.has(folder)) roots.set(folder, { folder, kind: "configured", name: path.basename(folder) });
        }
      } catch (error) {
        problems.push(describeError(error));
      }
    }
    this.problems = [...new Set(problems)];
    for (const watcher of this.watchers.splice(0)) watcher.dispose();
    this.watchers = [...roots.values()].flatMap((root) => this.watch(root));
    return [...roots.values()];
  }

  private watch({ folder }: Root): vscode.Disposable[] {
    const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), modelFilesPattern);
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const note = (): void => {
      this.settling ??= setTimeout(() => {
        this.settling = undefined;
        void this.refresh();
      }, settleInterval);
    };
    return [watcher, watcher.onDidCreate(note), watcher.onDidChange(note), watcher.onDidDelete(note)];
  }
}

/** Of folders within each other, that which a file is nearest to: it is listed there only. */
function deepestRoot(file: string, roots: readonly Root[]): string | undefined {
  return roots
    .map(({ folder }) => folder)
    .filter((folder) => file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep))
    .sort((a, b) => b.length - a.length)[0];
}
