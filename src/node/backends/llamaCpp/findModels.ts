import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../../../core/errors.ts";

/** The GGUF files in a folder. */
export interface FoundModels {
  /** Sorted. */
  readonly paths: readonly string[];
  /** What was not searched, and why. */
  readonly problems: readonly string[];
}

/** How far a search goes: a folder may be a whole home, or a disk. */
export interface SearchLimits {
  /** Folders below the one that is searched, or below what a link leads to. */
  readonly depth: number;
  readonly entries: number;
}

const usualLimits: SearchLimits = { depth: 12, entries: 200_000 };
const neverSearched = new Set(["node_modules"]);

/**
 * Finds all GGUF files in a folder and the folders below it. Links are followed: the caches of download tools consist
 * of them, and large models often lie on another disk. No folder is searched twice. Hidden folders and node_modules are
 * left out.
 * @throws FileError when the folder itself cannot be read
 */
export async function findModels(folder: string, limits = usualLimits): Promise<FoundModels> {
  const search = new Search(folder, limits);
  await search.below([folder], 0);
  return { paths: search.paths.sort(), problems: [...new Set(search.problems)] };
}

class Search {
  readonly paths: string[] = [];
  readonly problems: string[] = [];
  private readonly visited = new Set<string>();
  private entries = 0;

  constructor(
    private readonly root: string,
    private readonly limits: SearchLimits,
  ) {}

  /**
   * Folders of one level, then those below them: what lies near is found even where a limit cuts the search off. Links
   * come last, so that a file that is found in two ways is called by its own path.
   */
  async below(folders: readonly string[], depth: number): Promise<void> {
    const links: string[] = [];
    let level = folders;
    for (; level.length > 0; depth++) {
      if (depth > this.limits.depth) {
        this.problems.push(`Folders more than ${this.limits.depth} levels below ${this.root} are not searched.`);
        break;
      }
      const next: string[] = [];
      for (const current of level) {
        if (!(await this.look(current, next, links))) return;
      }
      level = next;
    }
    if (links.length > 0) await this.below(links, 1);
  }

  /** @returns whether to go on */
  private async look(folder: string, folders: string[], links: string[]): Promise<boolean> {
    if (await this.wasVisited(folder)) return true;
    const entries = await entriesOf(folder, folder === this.root, this.problems);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      const searched = !entry.name.startsWith(".") && !neverSearched.has(entry.name);
      const named = /\.gguf$/i.test(entry.name);
      if (entry.isDirectory()) {
        if (searched) folders.push(path);
      } else if (entry.isFile()) {
        if (named) this.paths.push(path);
      } else if (entry.isSymbolicLink()) {
        const target = await stat(path).catch(() => undefined);
        // A dangling link is listed, so that its reader can say that the model is missing.
        if (target?.isDirectory() === true) {
          if (searched) links.push(path);
        } else if (named && target?.isFile() !== false) {
          this.paths.push(path);
        }
      }
    }
    this.entries += entries.length;
    if (this.entries <= this.limits.entries) return true;
    this.problems.push(
      `The search of ${this.root} ended after ${this.limits.entries} entries: name a folder with fewer files.`,
    );
    return false;
  }

  private async wasVisited(folder: string): Promise<boolean> {
    const status = await stat(folder, { bigint: true }).catch(() => undefined);
    // Reading it will say what is wrong.
    if (status === undefined) return false;
    const identity = `${status.dev}:${status.ino}`;
    if (this.visited.has(identity)) return true;
    this.visited.add(identity);
    return false;
  }
}

async function entriesOf(folder: string, isRoot: boolean, problems: string[]): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (isRoot) {
      const missing = code === "ENOENT" ? "The folder does not exist." : `The folder cannot be read: ${message}`;
      throw new FileError(missing, { place: { file: folder }, hint: "Check the path.", cause });
    }
    problems.push(`${folder} cannot be read: ${message}`);
    return [];
  }
}
