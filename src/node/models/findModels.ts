import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../../core/errors.ts";

/** The GGUF files in a folder. */
export interface FoundModels {
  /** Sorted. */
  readonly paths: readonly string[];
  /** What was not searched, and why. */
  readonly problems: readonly string[];
}

/** How far a search goes: a folder may be a whole home, or a disk. */
export interface SearchLimits {
  /** Folders below the one that is searched. */
  readonly depth: number;
  readonly entries: number;
}

const usualLimits: SearchLimits = { depth: 12, entries: 200_000 };
const neverSearched = new Set(["node_modules"]);

/**
 * Finds all GGUF files in a folder and the folders below it. Links to files are followed (the caches of download tools
 * consist of them), links to folders are not. Hidden folders and node_modules are left out.
 * @throws FileError when the folder itself cannot be read
 */
export async function findModels(folder: string, limits = usualLimits): Promise<FoundModels> {
  const paths: string[] = [];
  const problems: string[] = [];
  let seen = 0;
  /** Folders of one level, then those below them: what lies near is found even where the limit cuts the search off. */
  let level = [folder];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.depth) {
      problems.push(`Folders more than ${limits.depth} levels below ${folder} are not searched.`);
      break;
    }
    const next: string[] = [];
    for (const current of level) {
      const entries = await entriesOf(current, current === folder, problems);
      seen += entries.length;
      for (const entry of entries) {
        const path = join(current, entry.name);
        if (entry.isDirectory()) {
          if (!entry.name.startsWith(".") && !neverSearched.has(entry.name)) next.push(path);
        } else if (/\.gguf$/i.test(entry.name) && (entry.isFile() || (await isLinkToFile(path)))) {
          paths.push(path);
        }
      }
      if (seen > limits.entries) {
        problems.push(`The search of ${folder} ended after ${limits.entries} entries: name a folder with fewer files.`);
        return { paths: paths.sort(), problems };
      }
    }
    level = next;
  }
  return { paths: paths.sort(), problems };
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

async function isLinkToFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isFile(),
    () => true, // A dangling link is listed, so that its reader can say that the model is missing.
  );
}
