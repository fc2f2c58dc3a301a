import { randomUUID } from "node:crypto";
import { link, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { RunError } from "../../core/errors.ts";
import type { Remedy } from "../../core/remedy.ts";
import { writeError } from "../files/writeError.ts";
import { liveness, processIdentitySchema, thisProcess } from "./processIdentity.ts";
import { parseJson } from "../../core/json.ts";

/** How long a process that cannot be asked is believed to live after its last sign of life, in milliseconds. */
const silenceMeansDead = 60_000;

const lockSchema = z.object({
  token: z.string(),
  since: z.iso.datetime(),
  process: processIdentitySchema,
  run: z.string().optional().describe("Folder of the run that the process works on, where the lock is not in it"),
});
type Lock = z.infer<typeof lockSchema>;

/** A folder that one process may write at a time, and how people are told of who does. */
export interface LockedFolder {
  readonly folder: string;
  /** Name of the lock in it. */
  readonly name: string;
  /** For whom it is taken, when that is a run elsewhere. */
  readonly run?: string;
  /** What another process does that has it, as a sentence without its end. */
  readonly inUse: string;
  /** What may be done then. */
  readonly hint: string;
  readonly remedy?: Remedy;
}

function runFolder(folder: string): LockedFolder {
  return {
    folder,
    name: "lock",
    inUse: "Another process works on this run",
    hint: "Wait for it.",
    remedy: { action: "followRun", folder },
  };
}

/** The right to write a folder: one process has it at a time. It frees itself when that process dies. */
export class RunLock {
  private constructor(
    private readonly path: string,
    private readonly token: string,
  ) {}

  /**
   * @param target a run's folder, or another one with a lock of its own
   * @throws RunError that names the holder when another process has it
   */
  static async acquire(target: string | LockedFolder): Promise<RunLock> {
    const locked = typeof target === "string" ? runFolder(target) : target;
    const { folder, name, run } = locked;
    const path = join(folder, name);
    const lock: Lock = { token: randomUUID(), since: new Date().toISOString(), process: thisProcess(), run };
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await create(path, lock)) {
        await sweep(folder, name);
        return new RunLock(path, lock.token);
      }
      const holder = await readHolder(path, await fileSystemTime(path));
      if (holder === undefined) continue;
      if (holder.alive) throw inUse(locked, holder.lock);
      await remove(path, holder.lock);
    }
    throw new RunError("The folder cannot be locked: other processes keep taking it.", { place: { file: folder } });
  }

  /**
   * Shows other machines that the holder lives, by a time that the file system takes from its own clock: the lock is
   * written again, with the same content. @throws RunError when the lock was taken away
   */
  async refresh(): Promise<void> {
    const handle = await open(this.path, "r+").catch(absent);
    try {
      const text = await handle?.readFile("utf8");
      if (text !== undefined && parseLock(text).token === this.token) return void (await handle!.write(text, 0));
    } finally {
      await handle?.close();
    }
    throw new RunError("The run's lock was removed or taken by another process, so this one stops.", {
      place: { file: this.path },
      hint: "Resume the run once nothing else works on it.",
    });
  }

  async release(): Promise<void> {
    const lock = await readLock(this.path);
    if (lock?.token === this.token) await rm(this.path, { force: true });
  }
}

/** The process that works on the run right now; undefined when there is none. */
export async function lockHolder(folder: string): Promise<Lock | undefined> {
  const holder = await readHolder(join(folder, "lock"), Date.now());
  return holder?.alive === true ? holder.lock : undefined;
}

/** Creates the lock with its content in one step, so that a half-written one is never seen. False if it exists. */
async function create(path: string, lock: Lock): Promise<boolean> {
  const temporary = `${path}.${lock.token}.tmp`;
  try {
    await writeFile(temporary, JSON.stringify(lock) + "\n", { flag: "wx" });
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST") return false;
    if (code !== undefined && noHardLinks.has(code)) return await createInPlace(path, lock);
    throw writeError(path, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Removes what processes left that were killed while they took the lock. */
async function sweep(folder: string, name: string): Promise<void> {
  const left = (await readdir(folder)).filter((entry) => entry.startsWith(`${name}.`) && entry.endsWith(".tmp"));
  if (left.length === 0) return;
  const now = await fileSystemTime(join(folder, name));
  for (const entry of left) {
    const path = join(folder, entry);
    if ((await readHolder(path, now))?.alive === false) await rm(path, { force: true });
  }
}

/** What file systems without hard links answer (exFAT, some network shares). */
const noHardLinks = new Set(["ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EPERM"]);

async function createInPlace(path: string, lock: Lock): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(lock) + "\n", { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw writeError(path, error);
  }
}

/**
 * Removes a dead holder's lock. Two processes may try at once, and the slower must not remove the quicker one's new
 * lock: rename gives the file to one of them, who looks at what it got.
 */
async function remove(path: string, dead: Lock): Promise<void> {
  const taken = `${path}.${randomUUID()}.dead.tmp`;
  try {
    await rename(path, taken);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw writeError(path, error);
  }
  const lock = await readLock(taken);
  if (lock !== undefined && lock.token !== dead.token) {
    await link(taken, path).catch((error: NodeJS.ErrnoException) => {
      // A third process took the free place meanwhile; the one whose lock this is notices at its next refresh.
      if (error.code !== "EEXIST") throw writeError(path, error);
    });
  }
  await rm(taken, { force: true });
}

/** @param now time of the file system's clock, in milliseconds, or one that is about the same */
async function readHolder(path: string, now: number): Promise<{ lock: Lock; alive: boolean } | undefined> {
  const lock = await readLock(path);
  if (lock === undefined) return undefined;
  const state = liveness(lock.process);
  return { lock, alive: state === "unknown" ? await recentlyTouched(path, now) : state === "alive" };
}

/** A lock from the future was left when a clock was wrong: a holder that lives would have touched it since. */
async function recentlyTouched(path: string, now: number): Promise<boolean> {
  const status = await stat(path).catch(absent);
  return status !== undefined && Math.abs(now - status.mtimeMs) < silenceMeansDead;
}

/** What time it is for the file system, which may be another machine's. @throws RunError when the folder cannot be written */
async function fileSystemTime(path: string): Promise<number> {
  const probe = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(probe, "", { flag: "wx" });
    return (await stat(probe)).mtimeMs;
  } catch (error) {
    throw writeError(path, error);
  } finally {
    await rm(probe, { force: true });
  }
}

/** Undefined when there is no lock; one that is unreadable (after a crash of the machine) has no owner. */
async function readLock(path: string): Promise<Lock | undefined> {
  const text = await readFile(path, "utf8").catch(absent);
  return text === undefined ? undefined : parseLock(text);
}

function parseLock(text: string): Lock {
  try {
    return lockSchema.parse(parseJson(text));
  } catch {
    return { token: "", since: new Date(0).toISOString(), process: { host: "an unknown machine", pid: 1 } };
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

function inUse({ folder, inUse: what, hint, remedy }: LockedFolder, { process: holder, since, run }: Lock): RunError {
  const work = run === undefined ? "" : `, for the run ${run}`;
  return new RunError(`${what}: process ${holder.pid} on ${holder.host}, since ${since}${work}.`, {
    place: { file: folder },
    hint,
    remedy,
  });
}
