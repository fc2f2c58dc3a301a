import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { FileError, RunError } from "../../core/errors.ts";
import { jsonSha256 } from "../../core/runs/canonicalJson.ts";
import { makeFolder } from "../files/makeFolder.ts";
import { syncFolder, writeAtomically } from "../files/writeAtomically.ts";
import { writeError } from "../files/writeError.ts";
import { RunLock } from "./runLock.ts";
import { parseJson } from "../../core/json.ts";

/** What a folder is to hold. */
export interface OutputForm {
  /** The file without which no program takes the folder for a result: the first to go and the last to come. */
  readonly entry: string;
  /** Whether a file alone shows that the folder holds a result. */
  isResult(name: string): boolean;
  /** Whether a file of an old result may not stand beside a new one. */
  isPart(name: string): boolean;
}

/** Which result a folder is to get. */
export interface OutputIdentity {
  /** Hash of everything that decides the bytes of the result. */
  readonly fingerprint: string;
  /** Recorded, so that the same command without a seed can go on with it. */
  readonly seed?: number;
  /** Folder of the run that works on it, named to others that find the folder locked. */
  readonly run?: string;
}

const fileSchema = z.object({
  // Names from a file may not lead out of the folder.
  name: z.string().regex(/^(?!\.{1,2}$)[^/\\]+$/),
  bytes: z.int().nonnegative(),
  modified: z.string().describe("Nanoseconds since 1970; a rename keeps it, every other change moves it on"),
});

const recordSchema = z.object({
  v: z.literal(1),
  fingerprint: z.string(),
  seed: z.int().nonnegative().optional(),
  /** SHA-256 of the path of the run that started it; the path itself is private and does not belong in a shared result. */
  run: z.string().optional(),
  /** Everything that the result consists of. Once it is there, the result is complete and will replace what was there. */
  files: z.array(fileSchema).optional(),
  /** Whether it replaces an older result. */
  replaces: z.boolean().optional(),
});
type OutputRecord = z.infer<typeof recordSchema>;

export const outputFiles = {
  /** Holds everything that is not in its place yet, and a record of what that is. */
  staging: ".medley-staging",
  /** The record of the complete result: in the folder for as long as it is that result. */
  record: ".medley-output.json",
  lock: ".medley-lock",
} as const;

const stagedRecord = "record.json";
const partial = ".partial";
const refreshInterval = 1000;

/**
 * A folder that a run writes a result of several files to, so that at any moment, also after a kill or a power failure, it
 * holds the whole old result, the whole new one, or none.
 *
 * 1. One process has the folder's lock, which names it and its run.
 * 2. Files are written into a hidden folder inside, beside a record with the fingerprint of the result. One that is
 *    interrupted there goes on with the files that have their final name, if the fingerprint is its own: a file gets its name
 *    once its bytes are on the disk.
 * 3. Once all are, the record is replaced by one that lists them with size and time. This one step decides: before it the
 *    old result is untouched, after it there is only the way forward, and whoever opens the folder next goes it first.
 * 4. The old result's record and entry file are removed, then what else may not stand beside the new result. Everything is
 *    moved to its place, the entry file last, and then the record.
 *
 * A result is therefore finished when the record in the folder has its fingerprint and the files are those that it lists.
 * Nothing else proves it: an older result of the same shape has files of the same names, sizes and headers. Each step is
 * brought to the disk before the next.
 */
export class OutputFolder {
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    readonly folder: string,
    private readonly identity: OutputIdentity,
    private readonly form: OutputForm,
    private readonly lock: RunLock,
    private readonly state: { readonly isComplete: boolean; readonly overwrite: boolean },
  ) {
    const refresh = () => this.lock.refresh().catch((error: unknown) => this.lost.abort(error));
    this.timer = setInterval(() => void refresh(), refreshInterval);
    this.timer.unref();
  }

  /** Whether the folder holds the finished result already: then nothing is left to do but to close it. */
  get isComplete(): boolean {
    return this.state.isComplete;
  }

  /** Hidden folder inside, for files that are not written through this class. */
  get staging(): string {
    return join(this.folder, outputFiles.staging);
  }

  /** Fires when the folder was taken away from this process. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  /**
   * Takes the folder, creating it when absent, and finds out what an earlier session left there. Close it in any case.
   * @param overwrite whether another result that is there may be replaced
   * @throws FileError when it holds another result; RunError when another process writes it, or it cannot be written
   */
  static async open(
    folder: string,
    identity: OutputIdentity,
    form: OutputForm,
    { overwrite }: { readonly overwrite: boolean },
  ): Promise<OutputFolder> {
    await makeFolder(folder).catch((cause: unknown) => {
      throw writeError(folder, cause);
    });
    const lock = await RunLock.acquire(lockOf(folder, identity.run));
    try {
      await carryOut(folder, form, { overwrite });
      const isComplete = await holdsResult(folder, identity.fingerprint);
      if (!isComplete && !overwrite) await refuseResult(folder, form);
      await prepareStaging(folder, identity, { isComplete });
      return new OutputFolder(folder, identity, form, lock, { isComplete, overwrite });
    } catch (cause) {
      await lock.release();
      throw cause instanceof RunError || cause instanceof FileError ? cause : writeError(folder, cause);
    }
  }

  /** Size in bytes of a staged file that is complete; undefined when there is none. */
  async stagedSize(name: string): Promise<number | undefined> {
    return (await statusOf(join(this.staging, name)))?.bytes;
  }

  /** Removes what was staged but for these files: which bytes of an unfinished one reached the disk is not known. */
  async keepOnly(kept: ReadonlySet<string>): Promise<void> {
    const names = (await readdir(this.staging)).filter((name) => name !== stagedRecord && !kept.has(name));
    for (const name of names) await rm(join(this.staging, name), { recursive: true, force: true });
  }

  /** Path of a file while it is written; `finishFile` gives it its name. */
  unfinished(name: string): string {
    return join(this.staging, name) + partial;
  }

  /** Brings what was written of an unfinished file to the disk. */
  async flush(name: string): Promise<void> {
    await syncFile(this.unfinished(name), "data");
  }

  /** Brings a file to the disk and gives it its name: from then on it counts as complete. */
  async finishFile(name: string): Promise<void> {
    await this.flush(name);
    const path = join(this.staging, name);
    try {
      await rename(path + partial, path);
      await syncFolder(this.staging);
    } catch (cause) {
      throw writeError(path, cause);
    }
  }

  /** Writes a small file. */
  async writeFile(name: string, content: string): Promise<void> {
    await writeAtomically(join(this.staging, name), content);
  }

  /** Copies a small file. */
  async copyFile(from: string, name: string): Promise<void> {
    await writeAtomically(join(this.staging, name), createReadStream(from));
  }

  /**
   * Declares everything that was staged to be the result, and puts it in its place.
   * @throws FileError when another result has come there meanwhile; RunError when the folder was taken away, or cannot be written
   */
  async commit(): Promise<void> {
    await this.lock.refresh();
    const replaces = await holdsAny(this.folder, this.form);
    if (replaces && !this.state.overwrite) throw occupied(this.folder);
    const files: z.infer<typeof fileSchema>[] = [];
    try {
      for (const name of (await readdir(this.staging)).sort()) {
        if (name === stagedRecord) continue;
        await syncFile(join(this.staging, name), "dataAndTimes");
        files.push({ name, ...(await statusOf(join(this.staging, name)))! });
      }
      await syncFolder(this.staging);
    } catch (cause) {
      throw cause instanceof RunError ? cause : writeError(this.folder, cause);
    }
    await writeRecord(this.folder, { ...recordFor(this.identity), files, replaces });
    await carryOut(this.folder, this.form, { overwrite: false });
  }

  /** Gives the folder back. What was staged stays, for the next session. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.lock.release();
  }
}

function lockOf(folder: string, run: string | undefined) {
  return {
    folder,
    name: outputFiles.lock,
    ...(run === undefined ? {} : { run }),
    inUse: "Another process writes this folder",
    hint: "Wait for it to end, or choose another folder.",
  };
}

/**
 * Puts a result in its place if that was decided, now or by an earlier session that was interrupted after it.
 * @param overwrite whether a decision that cannot be carried out any more may be dropped
 * @throws FileError when its files were changed meanwhile
 */
async function carryOut(
  folder: string,
  form: OutputForm,
  { overwrite }: { readonly overwrite: boolean },
): Promise<void> {
  const staging = join(folder, outputFiles.staging);
  const record = await readRecord(join(staging, stagedRecord));
  if (record?.files === undefined) return;
  const staged: string[] = [];
  for (const file of record.files) {
    if (isSame(file, await statusOf(join(staging, file.name)))) staged.push(file.name);
    else if (!isSame(file, await statusOf(join(folder, file.name)))) {
      if (!overwrite) throw meddled(folder, file.name);
      const { files: _files, ...undecided } = record;
      return await writeRecord(folder, undecided);
    }
  }
  try {
    // While anything is staged, and only then, the entry file that stands there is an old one.
    if (staged.includes(form.entry)) await rm(join(folder, form.entry), { force: true });
    await rm(join(folder, outputFiles.record), { force: true });
    await syncFolder(folder);
    if (record.replaces === true) await removeOld(folder, form, new Set(record.files.map(({ name }) => name)));
    const inOrder = [...staged.filter((name) => name !== form.entry), ...staged.filter((name) => name === form.entry)];
    for (const name of inOrder) {
      if (name === form.entry) await syncFolder(folder);
      await rename(join(staging, name), join(folder, name));
    }
    await syncFolder(folder);
    await rename(join(staging, stagedRecord), join(folder, outputFiles.record));
    await syncFolder(folder);
    await rm(staging, { recursive: true, force: true });
  } catch (cause) {
    throw writeError(folder, cause);
  }
}

async function removeOld(folder: string, form: OutputForm, kept: ReadonlySet<string>): Promise<void> {
  const old = (await readdir(folder)).filter((name) => !kept.has(name) && (form.isResult(name) || form.isPart(name)));
  for (const name of old) await rm(join(folder, name), { force: true });
}

/** What is staged for another result is of no use to this one, unless this one is complete and needs no room. */
async function prepareStaging(
  folder: string,
  identity: OutputIdentity,
  { isComplete }: { readonly isComplete: boolean },
): Promise<void> {
  const staging = join(folder, outputFiles.staging);
  const record = await readRecord(join(staging, stagedRecord));
  const isOwn = record?.fingerprint === identity.fingerprint;
  if (record === undefined || isOwn === isComplete) await rm(staging, { recursive: true, force: true });
  if (isComplete) return;
  await mkdir(staging, { recursive: true });
  await writeRecord(folder, recordFor(identity));
}

function recordFor({ fingerprint, seed, run }: OutputIdentity): OutputRecord {
  return { v: 1, fingerprint, seed, run: run === undefined ? undefined : jsonSha256(resolve(run)) };
}

async function writeRecord(folder: string, record: OutputRecord): Promise<void> {
  await writeAtomically(join(folder, outputFiles.staging, stagedRecord), JSON.stringify(record) + "\n");
}

/** Undefined when there is none, or none that can be read: then it proves nothing. */
async function readRecord(path: string): Promise<OutputRecord | undefined> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined;
    throw new FileError(`The file cannot be read: ${cause.message}`, { place: { file: path }, cause });
  });
  if (text === undefined) return undefined;
  try {
    return recordSchema.parse(parseJson(text));
  } catch {
    return undefined;
  }
}

/** The records of a folder: of the result that is there, and of the one that is on its way. */
async function recordsOf(folder: string): Promise<{ readonly there?: OutputRecord; readonly coming?: OutputRecord }> {
  const there = await readRecord(join(folder, outputFiles.record));
  const coming = await readRecord(join(folder, outputFiles.staging, stagedRecord));
  return { ...(there === undefined ? {} : { there }), ...(coming === undefined ? {} : { coming }) };
}

async function holdsResult(folder: string, fingerprint: string): Promise<boolean> {
  const { there } = await recordsOf(folder);
  if (there?.files === undefined || there.fingerprint !== fingerprint) return false;
  for (const file of there.files) if (!isSame(file, await statusOf(join(folder, file.name)))) return false;
  return true;
}

/** Whether a folder holds a result of this form, by whomever it was made, or one that only has to be put in its place. */
export async function holdsAny(folder: string, form: OutputForm): Promise<boolean> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException): string[] => {
    if (cause.code === "ENOENT") return [];
    throw new FileError(`The output folder cannot be read: ${cause.message}`, { place: { file: folder }, cause });
  });
  return names.some((name) => form.isResult(name)) || (await recordsOf(folder)).coming?.files !== undefined;
}

/** @throws FileError when a folder that is to be written holds a result; one that is still being made is none */
export async function refuseResult(folder: string, form: OutputForm): Promise<void> {
  if (await holdsAny(folder, form)) throw occupied(folder);
}

/** What the result that a folder holds, or is to hold, was made with. */
export async function earlierResults(folder: string): Promise<readonly Pick<OutputRecord, "fingerprint" | "seed">[]> {
  const { there, coming } = await recordsOf(folder);
  return [there, coming].filter((record) => record !== undefined);
}

/** Whether what a folder holds, or is to hold, was begun by the run in `runFolder`. */
export async function isBegunBy(runFolder: string, folder: string): Promise<boolean> {
  const { there, coming } = await recordsOf(folder);
  const run = jsonSha256(resolve(runFolder));
  return there?.run === run || coming?.run === run;
}

function occupied(folder: string): FileError {
  return new FileError("The output folder already holds a model.", {
    hint: "Choose another folder.",
    remedy: { action: "overwriteOutput" },
    place: { file: folder },
  });
}

function meddled(folder: string, name: string): FileError {
  return new FileError(`The folder was changed while a result was being put there: ${name} is gone or another file.`, {
    hint: "Delete the folder and start again.",
    remedy: { action: "overwriteOutput" },
    place: { file: folder },
  });
}

type FileStatus = Omit<z.infer<typeof fileSchema>, "name">;

async function statusOf(path: string): Promise<FileStatus | undefined> {
  const status = await stat(path, { bigint: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw cause;
  });
  return status && { bytes: Number(status.size), modified: String(status.mtimeNs) };
}

function isSame(file: FileStatus, found: FileStatus | undefined): boolean {
  return found?.bytes === file.bytes && found.modified === file.modified;
}

/** @param extent the time of the last change is of use only to who compares it */
async function syncFile(path: string, extent: "data" | "dataAndTimes"): Promise<void> {
  try {
    const handle = await open(path, "r+");
    try {
      await (extent === "dataAndTimes" ? handle.sync() : handle.datasync());
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw writeError(path, cause);
  }
}
