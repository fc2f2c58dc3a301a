import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { RunError } from "../../core/errors.ts";
import { itemName } from "../../core/results/itemQuery.ts";
import { itemRecordSchema, type ItemRecord } from "../../core/runs/itemRecord.ts";
import { parseJsonLine } from "../../core/runs/jsonLines.ts";
import { fileIdentity } from "../files/fileIdentity.ts";
import { readLines } from "../files/readLines.ts";
import { currentState, readManifest, runFiles } from "../runs/runFolder.ts";

/** So many rows are kept over all runs: about half a gigabyte at the worst. */
const mostRows = 200_000;

/** The items of runs in memory, so that they are read once however often they are asked for. */
export class RunStore {
  /** The least recently used first. */
  private readonly runs = new Map<string, Promise<StoredRun>>();

  /** The rows of a run as they are on disk now. @throws RunError when a row is damaged or there twice */
  async load(folder: string): Promise<StoredRun> {
    const path = resolve(folder);
    const before = this.runs.get(path) ?? Promise.resolve(new StoredRun(path));
    // One reader at a time; a failed one leaves nothing half-read behind.
    const loading = before.catch(() => new StoredRun(path)).then((run) => run.updated());
    this.runs.delete(path);
    this.runs.set(path, loading);
    const run = await loading;
    await this.forgetOldest(path);
    return run;
  }

  /** Yields the rows of a run in the order of the file. @throws as {@link load} does */
  async *items(folder: string): AsyncGenerator<ItemRecord, void, undefined> {
    const { benchmarks } = await this.load(folder);
    for (const items of benchmarks.values()) yield* items.values();
  }

  private async forgetOldest(keep: string): Promise<void> {
    let rows = 0;
    for (const [path, loading] of [...this.runs].reverse()) {
      rows += (await loading.catch(() => undefined))?.rows ?? 0;
      if (rows > mostRows && path !== keep) this.runs.delete(path);
    }
  }
}

/** The rows of one run's items.jsonl. */
export class StoredRun {
  /** Items by benchmark, each in the order of the file. */
  readonly benchmarks = new Map<string, Map<string, ItemRecord>>();
  rows = 0;
  private file: { readonly inode: bigint; readonly size: bigint; readonly identity: string } | undefined;
  private end = { offset: 0, line: 1 };

  constructor(readonly folder: string) {}

  /** Of its folder. */
  get name(): string {
    return basename(this.folder);
  }

  /**
   * The run as it is now: this object with what a working run has appended, or another one when the file was changed in
   * any other way. Rows that somebody is reading never go away under them.
   */
  async updated(): Promise<StoredRun> {
    const path = join(this.folder, runFiles.items);
    const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw new RunError(`The run's items cannot be read: ${error.message}`, { place: { file: path }, cause: error });
    });
    const file = found && { inode: found.ino, size: found.size, identity: fileIdentity(found) };
    if (file !== undefined && file.identity === this.file?.identity) return this;
    const isSameFile = file !== undefined && file.inode === this.file?.inode;
    const grows = isSameFile && file.size > this.file!.size && (await this.isAtWork());
    const run = grows ? this : new StoredRun(this.folder);
    if (file !== undefined) await run.read(path);
    run.file = file;
    return run;
  }

  private async isAtWork(): Promise<boolean> {
    return (await currentState(this.folder, await readManifest(this.folder))) === "running";
  }

  private async read(path: string): Promise<void> {
    for await (const { bytes, offset, line } of readLines(path, this.end)) {
      const record = parseJsonLine(bytes.toString("utf8"), itemRecordSchema, path, line);
      const items = this.benchmarks.get(record.benchmark) ?? new Map<string, ItemRecord>();
      this.benchmarks.set(record.benchmark, items);
      const name = itemName(record);
      if (items.has(name)) {
        throw new RunError(`The row of item ${record.item} of ${record.benchmark} is there twice.`, {
          place: { file: path, line },
          hint: "The file was edited. Delete that line.",
        });
      }
      items.set(name, record);
      this.rows++;
      this.end = { offset: offset + bytes.length + 1, line: line + 1 };
    }
  }
}
