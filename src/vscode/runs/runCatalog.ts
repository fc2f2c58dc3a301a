import { readdir } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { RunError } from "../../core/errors.ts";
import { progressUnits } from "../../core/runs/kinds.ts";
import { ProgressTracker, type Progress } from "../../core/runs/progress.ts";
import { EventTail } from "../../node/runs/eventTail.ts";
import { cancelRequested, listRun, type RunListing } from "../../node/runs/runFolder.ts";
import { describeError } from "../common/describeError.ts";
import { Disposable } from "../common/disposable.ts";
import { readSettings } from "../common/settings.ts";

/** A run as the view shows it. */
export interface CatalogRun extends RunListing {
  /** Name of the workspace folder whose run it is. */
  readonly workspace: string;
  /** How far it is, while it works. */
  readonly progress?: Progress;
  /** It was asked to stop and has not yet. */
  readonly stopping?: boolean;
}

interface Root {
  readonly folder: string;
  readonly workspace: string;
}

interface LiveRun {
  readonly tail: EventTail;
  readonly tracker: ProgressTracker;
}

/** How often working runs are looked at, in milliseconds. */
const lookInterval = 1000;
/** Changes of files that come together are answered together. */
const settleInterval = 100;
/** Enough events to tell the rate of the last half minute; a run of days has many more. */
const recentEvents = 400;

/**
 * The runs of all workspace folders, kept up to date: manifests by watching them, and how far a run is by reading what it
 * appends to its events. Nothing is watched before somebody asks for the runs.
 */
export class RunCatalog extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<"runs" | "progress">());
  /** Fires after a change of what {@link runs} gives: `progress` when only how far working runs are has changed. */
  readonly onDidChange = this.changed.event;
  /** Why runs of a workspace folder cannot be listed. */
  problems: readonly string[] = [];

  private roots: readonly Root[] = [];
  private readonly known = new Map<string, CatalogRun>();
  private readonly live = new Map<string, LiveRun>();
  private readonly pending = new Set<string>();
  private watchers: vscode.Disposable[] = [];
  private settling: NodeJS.Timeout | undefined;
  private looking: NodeJS.Timeout | undefined;
  private loaded: Promise<void> | undefined;
  private ended = false;
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly log: vscode.LogOutputChannel) {
    super();
    this._register(vscode.workspace.onDidChangeWorkspaceFolders(() => this.reload()));
    this._register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("medley")) this.reload();
      }),
    );
  }

  override dispose(): void {
    this.ended = true;
    clearTimeout(this.settling);
    clearTimeout(this.looking);
    for (const watcher of this.watchers.splice(0)) watcher.dispose();
    for (const { tail } of this.live.values()) void tail.close();
    super.dispose();
  }

  /** All runs, the latest first. */
  async runs(): Promise<CatalogRun[]> {
    await (this.loaded ??= this.inTurn(() => this.load()));
    const nameOf = ({ folder }: CatalogRun): string => path.basename(folder);
    return [...this.known.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? 1 : -1));
  }

  /** A run as it was last seen. */
  find(folder: string): CatalogRun | undefined {
    return this.known.get(folder);
  }

  /** Looks at everything again. */
  async refresh(): Promise<void> {
    this.loaded = this.inTurn(() => this.load());
    await this.loaded;
    this.changed.fire("runs");
  }

  /** One look at a time: two would read the same events. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    this.work = this.work.then(work, work);
    return this.work;
  }

  private reload(): void {
    if (this.loaded !== undefined) void this.refresh();
  }

  private async load(): Promise<void> {
    this.findRoots();
    const found = new Set<string>();
    for (const root of this.roots) {
      for (const name of await namesIn(root.folder, this.log)) {
        const folder = path.join(root.folder, name);
        if (await this.update(folder)) found.add(folder);
      }
    }
    for (const folder of this.known.keys()) if (!found.has(folder)) this.forget(folder);
    this.scheduleLook();
  }

  private findRoots(): void {
    const roots = new Map<string, Root>();
    const problems: string[] = [];
    for (const workspace of vscode.workspace.workspaceFolders ?? []) {
      if (workspace.uri.scheme !== "file") continue;
      try {
        const { runsFolder } = readSettings(workspace);
        if (!roots.has(runsFolder)) roots.set(runsFolder, { folder: runsFolder, workspace: workspace.name });
      } catch (error) {
        problems.push(describeError(error));
      }
    }
    this.roots = [...roots.values()];
    this.problems = problems;
    for (const watcher of this.watchers.splice(0)) watcher.dispose();
    this.watchers = this.roots.flatMap((root) => this.watch(root));
  }

  private watch({ folder }: Root): vscode.Disposable[] {
    // A run appears, and goes, as a whole folder, of which its files are not always told apart.
    const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), "{*,*/run.json}");
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const note = (uri: vscode.Uri): void => {
      const [name] = path.relative(folder, uri.fsPath).split(path.sep);
      if (name !== undefined && !name.startsWith(".")) this.noteChange(path.join(folder, name));
    };
    return [watcher, watcher.onDidCreate(note), watcher.onDidChange(note), watcher.onDidDelete(note)];
  }

  private noteChange(folder: string): void {
    this.pending.add(folder);
    this.settling ??= setTimeout(() => {
      this.settling = undefined;
      void this.inTurn(() => this.settle());
    }, settleInterval);
  }

  private async settle(): Promise<void> {
    for (const folder of [...this.pending]) {
      this.pending.delete(folder);
      await this.update(folder);
    }
    this.scheduleLook();
    this.changed.fire("runs");
  }

  /** Reads one run anew. Returns whether there is one. */
  private async update(folder: string): Promise<boolean> {
    const root = this.roots.find((candidate) => candidate.folder === path.dirname(folder));
    try {
      const listing = await listRun(folder);
      if (listing === undefined || root === undefined) {
        this.forget(folder);
        return false;
      }
      const { workspace } = root;
      if (listing.state !== "running") {
        this.endLive(folder);
        this.known.set(folder, { ...listing, workspace });
        return true;
      }
      const progress = await this.progressOf(
        folder,
        listing.manifest === undefined ? [] : progressUnits(listing.manifest),
      );
      const stopping = await cancelRequested(folder);
      this.known.set(folder, { ...listing, workspace, stopping, ...(progress !== undefined && { progress }) });
      return true;
    } catch (error) {
      // A folder that goes while it is looked at, or that may not be read.
      this.log.warn(`${folder}: ${describeError(error)}`);
      this.forget(folder);
      return false;
    }
  }

  private async progressOf(folder: string, units: readonly string[]): Promise<Progress | undefined> {
    let run = this.live.get(folder);
    if (run === undefined) {
      run = { tail: new EventTail(folder), tracker: new ProgressTracker(units) };
      this.live.set(folder, run);
    }
    try {
      for (const event of await run.tail.next(recentEvents)) run.tracker.add(event);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      this.log.warn(describeError(error));
    }
    return run.tracker.progress;
  }

  private forget(folder: string): void {
    this.endLive(folder);
    this.known.delete(folder);
  }

  private endLive(folder: string): void {
    void this.live.get(folder)?.tail.close();
    this.live.delete(folder);
  }

  private scheduleLook(): void {
    clearTimeout(this.looking);
    if (this.live.size === 0 || this.ended) return;
    this.looking = setTimeout(() => void this.inTurn(() => this.look()), lookInterval);
  }

  private async look(): Promise<void> {
    const folders = [...this.live.keys()];
    for (const folder of folders) await this.update(folder);
    this.changed.fire(folders.length === this.live.size ? "progress" : "runs");
    this.scheduleLook();
  }
}

async function namesIn(folder: string, log: vscode.LogOutputChannel): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name);
  } catch (error) {
    // There are no runs before the first one.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") log.warn(`${folder}: ${String(error)}`);
    return [];
  }
}
