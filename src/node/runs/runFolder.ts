import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RunError } from "../../core/errors.ts";
import { jsonSha256 } from "../../core/runs/canonicalJson.ts";
import { parseRunManifest, type RunManifest, type RunState } from "../../core/runs/manifest.ts";
import { runName } from "../../core/runs/runName.ts";
import { makeFolder } from "../files/makeFolder.ts";
import { writeAtomically } from "../files/writeAtomically.ts";
import { writeError } from "../files/writeError.ts";
import { describeHost } from "./host.ts";
import { lockHolder } from "./runLock.ts";

/** What a run is made of; the rest of its manifest follows. */
export type NewRun = Pick<
  RunManifest,
  "kind" | "title" | "configuration" | "inputs" | "identity" | "versions" | "seed"
>;

export interface RunListing {
  readonly folder: string;
  /** Absent when the manifest is damaged. */
  readonly manifest?: RunManifest;
  /** As it is now: a run whose process died is `interrupted`. */
  readonly state?: RunState;
  /** Why the manifest cannot be read. */
  readonly problem?: RunError;
}

export const runFiles = {
  manifest: "run.json",
  events: "events.jsonl",
  items: "items.jsonl",
  itemHashes: "itemHashes.jsonl",
  summary: "summary.json",
  control: "control",
} as const;

/** Of folders of runs that are not complete yet; hidden. */
const unfinishedPrefix = ".new-";

/** Where the hashes of large files are remembered: beside the runs, hidden. */
export function hashCacheFolder(runFolder: string): string {
  return join(dirname(runFolder), ".sha256");
}

/**
 * Creates the folder of a new run in state `created`. It appears complete or not at all.
 * @param root folder of all runs; created when absent
 * @returns the run's folder
 * @throws RunError when it cannot be written
 */
export async function createRun(root: string, run: NewRun): Promise<string> {
  const created = new Date();
  const manifest: RunManifest = {
    v: 1,
    ...run,
    created: created.toISOString(),
    state: "created",
    fingerprint: jsonSha256(run.identity),
    host: describeHost(),
    sessions: 0,
  };
  let temporary: string | undefined;
  try {
    await makeFolder(root);
    await sweepUnfinished(root);
    temporary = await mkdtemp(join(root, unfinishedPrefix));
    await mkdir(join(temporary, runFiles.control));
    await writeManifest(temporary, manifest);
    return await renameToFree(temporary, join(root, runName(created, run.kind, run.title)));
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    throw error instanceof RunError ? error : writeError(root, error);
  }
}

/**
 * Removes half-written copies of the run's files that a killed process left.
 * @param folder of a run whose lock this process holds, so that no other process writes to it
 */
export async function sweepRunFolder(folder: string): Promise<void> {
  const names = Object.values(runFiles);
  for (const entry of await readdir(folder)) {
    const isLeft = names.some((name) => entry.startsWith(`${name}.`)) && /\.\d+\.tmp$/.test(entry);
    if (isLeft) await rm(join(folder, entry), { force: true });
  }
}

/** So long after its beginning, in milliseconds, a run folder that is not complete is not going to be. */
const longestCreation = 60 * 60 * 1000;

/** Removes folders of runs whose creation was cut short by the end of a process. */
async function sweepUnfinished(root: string): Promise<void> {
  for (const entry of await readdir(root)) {
    if (!entry.startsWith(unfinishedPrefix)) continue;
    const folder = join(root, entry);
    const begun = await stat(folder).catch(() => undefined);
    if (begun !== undefined && Date.now() - begun.mtimeMs > longestCreation) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Two runs may begin in the same second: the later one's name ends in -2, -3, … */
async function renameToFree(temporary: string, wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    try {
      await rename(temporary, name);
      return name;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      const taken = code === "ENOTEMPTY" || code === "EEXIST" || (code === "EPERM" && (await exists(name)));
      if (!taken) throw error;
    }
  }
}

/** @throws RunError when the folder is not a run or its manifest is damaged */
export async function readManifest(folder: string): Promise<RunManifest> {
  const file = join(folder, runFiles.manifest);
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === "ENOENT" || cause.code === "ENOTDIR";
    throw new RunError(missing ? "This is not a run folder: it has no run.json." : `Cannot be read: ${cause.message}`, {
      place: { file: missing ? folder : file },
      remedy: { action: "listRuns" },
      cause,
    });
  });
  return parseRunManifest(text, file);
}

/** @throws RunError when it cannot be written; the old manifest stays then */
export function writeManifest(folder: string, manifest: RunManifest): Promise<void> {
  return writeAtomically(join(folder, runFiles.manifest), JSON.stringify(manifest, undefined, 2) + "\n");
}

/** The run's state as it is now: `running` without a living process is `interrupted`. */
export async function currentState(folder: string, manifest: RunManifest): Promise<RunState> {
  if (manifest.state !== "running") return manifest.state;
  if ((await lockHolder(folder)) !== undefined) return "running";
  // It may have ended between the two looks.
  const { state } = await readManifest(folder);
  return state === "running" ? "interrupted" : state;
}

/** All runs in a folder, oldest first. A damaged one is listed with its problem. An absent folder has none. */
export async function listRuns(root: string): Promise<RunListing[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new RunError(`The folder of runs cannot be read: ${cause.message}`, { place: { file: root }, cause });
  });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const names = folders.map((entry) => entry.name).sort();
  const listings: RunListing[] = [];
  for (const name of names) {
    const folder = join(root, name);
    const listing = await listRun(folder);
    if (listing !== undefined) listings.push(listing);
  }
  return listings;
}

/** One run as lists show it; undefined when the folder is none. */
export async function listRun(folder: string): Promise<RunListing | undefined> {
  if (!(await exists(join(folder, runFiles.manifest)))) return undefined;
  try {
    const manifest = await readManifest(folder);
    return { folder, manifest, state: await currentState(folder, manifest) };
  } catch (problem) {
    if (problem instanceof RunError) return { folder, problem };
    throw problem;
  }
}

/** Asks the process that performs the run to stop; it finishes its step first. */
export async function requestCancel(folder: string): Promise<void> {
  const path = join(folder, runFiles.control, "cancel");
  try {
    await mkdir(join(folder, runFiles.control), { recursive: true });
    await writeFile(path, "");
  } catch (cause) {
    throw writeError(path, cause);
  }
}

export async function cancelRequested(folder: string): Promise<boolean> {
  return await exists(join(folder, runFiles.control, "cancel"));
}

export async function withdrawCancel(folder: string): Promise<void> {
  await rm(join(folder, runFiles.control, "cancel"), { force: true });
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
