import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../../core/errors.ts";

export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
}

export interface FoundFiles {
  /** Sorted by path. */
  readonly files: readonly FoundFile[];
  /** What was not searched, and why. */
  readonly warnings: readonly string[];
}

export interface SearchLimits {
  readonly depth: number;
  readonly entries: number;
}

/** Generous for data folders, and still seconds where somebody names a home folder. */
const defaultLimits: SearchLimits = { depth: 12, entries: 200_000 };
const dataFile = /\.(json|jsonl|ndjson|csv)$/i;

/**
 * JSON and CSV files in a folder and everything below it, links followed; hidden folders and `node_modules` are left
 * out. The location may be a file, too.
 * @throws FileError when the location itself cannot be read
 */
export async function findDataFiles(location: string, limits: SearchLimits = defaultLimits): Promise<FoundFiles> {
  const status = await stat(location).catch((cause: NodeJS.ErrnoException) => {
    const message =
      cause.code === "ENOENT" ? "There is no such folder." : `The folder cannot be read: ${cause.message}`;
    throw new FileError(message, { place: { file: location }, hint: "Check the path of the data folder.", cause });
  });
  if (!status.isDirectory()) return { files: [{ path: location, bytes: status.size }], warnings: [] };
  const search = new Search(limits);
  await search.folder(location, 0);
  return { files: search.files.sort((left, right) => (left.path < right.path ? -1 : 1)), warnings: search.warnings };
}

class Search {
  readonly files: FoundFile[] = [];
  readonly warnings: string[] = [];
  private readonly visited = new Set<string>();
  private readonly limits: SearchLimits;
  private entries = 0;

  constructor(limits: SearchLimits) {
    this.limits = limits;
  }

  async folder(path: string, depth: number): Promise<void> {
    const resolved = await realpath(path);
    if (this.visited.has(resolved)) return;
    this.visited.add(resolved);
    if (depth > this.limits.depth) {
      this.warnings.push(`${path} was not searched: it lies more than ${this.limits.depth} folders deep.`);
      return;
    }
    const entries = await readdir(path, { withFileTypes: true }).catch((cause: Error) => {
      this.warnings.push(`${path} was not searched: ${cause.message}`);
      return [];
    });
    for (const entry of entries) {
      if (this.entries === this.limits.entries) {
        this.entries++;
        this.warnings.push(`The search of ${path} stopped after ${this.limits.entries} files; name a smaller folder.`);
      }
      if (this.entries > this.limits.entries) return;
      this.entries++;
      await this.entry(join(path, entry.name), entry, depth);
    }
  }

  private async entry(path: string, entry: Dirent, depth: number): Promise<void> {
    const isSkipped = entry.name.startsWith(".") || entry.name === "node_modules";
    if (entry.isDirectory()) {
      if (!isSkipped) await this.folder(path, depth + 1);
      return;
    }
    if (!entry.isSymbolicLink() && !dataFile.test(entry.name)) return;
    // A dangling link, or a file that was deleted meanwhile, is nothing that could be read.
    const status = await stat(path).catch(() => undefined);
    if (status?.isDirectory() === true && !isSkipped) await this.folder(path, depth + 1);
    if (status?.isFile() === true && dataFile.test(entry.name)) this.files.push({ path, bytes: status.size });
  }
}
