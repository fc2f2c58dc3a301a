import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { layOutSafetensors, shardFileName, type TensorSpec } from "../../core/checkpoint/safetensorsWriter.ts";
import type { TensorEntry } from "../../core/checkpoint/safetensors.ts";
import { FileError, RunError } from "../../core/errors.ts";
import { syncFolder, writeAtomically } from "../files/writeAtomically.ts";
import { writeError } from "../files/writeError.ts";

const stateSchema = z.object({ v: z.literal(1), fingerprint: z.string() });

/** A shard that is being written. */
export interface OpenShard {
  /** Temporary path. */
  readonly file: string;
  /** Places of its tensors, by name. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/**
 * The folder that a merge writes. Until everything is complete it all lies in a hidden folder inside; a shard there has its
 * final name once every byte of it is on the disk, and only then does a resumed merge keep it.
 */
export class OutputFolder {
  private readonly staging: string;

  private constructor(
    readonly folder: string,
    private readonly shards: readonly (readonly TensorSpec[])[],
    /** Indexes of shards that an earlier, interrupted merge finished. */
    readonly finished: ReadonlySet<number>,
  ) {
    this.staging = join(folder, stagingName);
  }

  /**
   * Prepares the folder, keeping what an interrupted merge of the same fingerprint left there.
   * @param fingerprint hash of everything that decides the bytes of the result
   * @throws FileError when the folder holds another checkpoint (unless `overwrite`) or the disk is too small
   */
  static async prepare(
    folder: string,
    shards: readonly (readonly TensorSpec[])[],
    fingerprint: string,
    overwrite: boolean,
  ): Promise<OutputFolder> {
    const staging = join(folder, stagingName);
    if (!overwrite) await refuseModel(folder);
    try {
      if ((await readFingerprint(staging)) !== fingerprint) await rm(staging, { recursive: true, force: true });
      await mkdir(staging, { recursive: true });
      await writeAtomically(join(staging, stateName), JSON.stringify({ v: 1, fingerprint }) + "\n");
    } catch (cause) {
      throw cause instanceof RunError ? cause : writeError(folder, cause);
    }
    const finished = new Set<number>();
    let needed = 0;
    for (const [index, shard] of shards.entries()) {
      const { fileBytes } = layOutSafetensors(shard);
      const size = await fileSize(join(staging, shardFileName(index, shards.length)));
      if (size === fileBytes) finished.add(index);
      else needed += fileBytes;
    }
    const output = new OutputFolder(folder, shards, finished);
    await output.removeUnfinished();
    await output.checkSpace(needed);
    return output;
  }

  /**
   * Whether an earlier session of the same merge got as far as putting everything in place, and only died before it could
   * say so. Clears away what it did not.
   */
  static async wasFinished(folder: string, shards: readonly (readonly TensorSpec[])[]): Promise<boolean> {
    if ((await fileSize(join(folder, lastFile))) === undefined) return false;
    for (const [index, shard] of shards.entries()) {
      const { header, fileBytes } = layOutSafetensors(shard);
      const path = join(folder, shardFileName(index, shards.length));
      if ((await fileSize(path)) !== fileBytes) return false;
      if (!Buffer.from(header).equals(await readStart(path, header.length))) return false;
    }
    await rm(join(folder, stagingName), { recursive: true, force: true });
    return true;
  }

  /** What interrupted shards and files left is of no use: which of its bytes reached the disk is not known. */
  private async removeUnfinished(): Promise<void> {
    const kept = new Set([stateName, ...[...this.finished].map((index) => shardFileName(index, this.shards.length))]);
    const names = (await readdir(this.staging)).filter((name) => !kept.has(name));
    await Promise.all(names.map((name) => rm(join(this.staging, name), { recursive: true, force: true })));
  }

  private async checkSpace(needed: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.staging);
    const free = bavail * bsize;
    if (needed + reserveBytes <= free) return;
    throw new FileError(
      `The disk has ${gigabytes(free)} GB free, the merge writes ${gigabytes(needed)} GB and leaves some room.`,
      { hint: "Free some space or choose a folder on another disk.", place: { file: this.folder } },
    );
  }

  /** Creates the file of a shard with its header and full length. */
  async openShard(index: number): Promise<OpenShard> {
    const file = this.shardPath(index) + partial;
    const { header, tensors, fileBytes } = layOutSafetensors(this.shards[index]!);
    try {
      const handle = await open(file, "w");
      try {
        await handle.write(header, 0, header.length, 0);
        await handle.truncate(fileBytes);
      } finally {
        await handle.close();
      }
    } catch (cause) {
      throw writeError(file, cause);
    }
    return { file, tensors: new Map(tensors.map((entry) => [entry.name, entry])) };
  }

  /**
   * Brings what was written of an open shard to the disk while more of it is computed, so that finishing it does not have to
   * wait for all of it.
   */
  async flushShard(index: number): Promise<void> {
    await this.syncFile(this.shardPath(index) + partial);
  }

  private async syncFile(path: string): Promise<void> {
    try {
      const handle = await open(path, "r+");
      try {
        await handle.datasync();
      } finally {
        await handle.close();
      }
    } catch (cause) {
      throw writeError(path, cause);
    }
  }

  /** Brings a complete shard to the disk and gives it its name. */
  async finishShard(index: number): Promise<void> {
    const path = this.shardPath(index);
    await this.syncFile(path + partial);
    try {
      await rename(path + partial, path);
      await syncFolder(this.staging);
    } catch (cause) {
      throw writeError(path, cause);
    }
  }

  private shardPath(index: number): string {
    return join(this.staging, shardFileName(index, this.shards.length));
  }

  /** Writes a small file beside the shards. */
  async writeFile(name: string, content: string): Promise<void> {
    await writeAtomically(join(this.staging, name), content);
  }

  /** Copies a small file of a model. */
  async copyFile(from: string, name: string): Promise<void> {
    await writeAtomically(join(this.staging, name), createReadStream(from));
  }

  /**
   * Moves everything to its place, config.json last: without it no program takes the folder for a model. Old weights that
   * would be mixed up with the new ones are removed first.
   */
  async finish(): Promise<void> {
    try {
      const names = (await readdir(this.staging)).filter((name) => name !== stateName);
      const old = (await readdir(this.folder)).filter((name) => weightFile.test(name) || name === lastFile);
      for (const name of old.filter((name) => !names.includes(name))) await rm(join(this.folder, name));
      const ordered = names.toSorted((a, b) => Number(a === lastFile) - Number(b === lastFile));
      for (const name of ordered) await rename(join(this.staging, name), join(this.folder, name));
      await syncFolder(this.folder);
      await rm(this.staging, { recursive: true, force: true });
    } catch (cause) {
      throw writeError(this.folder, cause);
    }
  }
}

const stagingName = ".medley-merge";
const stateName = "state.json";
const partial = ".partial";
const lastFile = "config.json";
const weightFile = /^(?:model(?:-\d{5}-of-\d{5})?\.safetensors|model\.safetensors\.index\.json)$/;
/** Left free for the run's own files and everything else that writes to the disk. */
const reserveBytes = 64 << 20;

/** @throws FileError when a folder that a merge is to write holds a model; an interrupted merge is none */
export async function refuseModel(folder: string): Promise<void> {
  if (!(await holdsCheckpoint(folder))) return;
  throw new FileError("The output folder already holds a model.", {
    hint: "Choose another folder, or replace the model with --overwrite.",
    place: { file: folder },
  });
}

async function holdsCheckpoint(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException): string[] => {
    if (cause.code === "ENOENT") return [];
    throw new FileError(`The output folder cannot be read: ${cause.message}`, { place: { file: folder }, cause });
  });
  // A merge that was killed while it moved its files has weights here, and the rest in its hidden folder.
  if (names.includes(stagingName) && !names.includes(lastFile)) return false;
  return names.some((name) => name === lastFile || weightFile.test(name));
}

/** Whether a folder holds a model that a merge, or anybody, has finished. */
export async function holdsCompleteModel(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.includes(lastFile) && names.some((name) => weightFile.test(name)) && !names.includes(stagingName);
}

async function readFingerprint(staging: string): Promise<string | undefined> {
  const text = await readFile(join(staging, stateName), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return stateSchema.parse(JSON.parse(text)).fingerprint;
  } catch {
    return undefined;
  }
}

async function readStart(path: string, length: number): Promise<Buffer> {
  const handle = await open(path, "r");
  try {
    return (await handle.read(Buffer.alloc(length), 0, length, 0)).buffer;
  } finally {
    await handle.close();
  }
}

async function fileSize(path: string): Promise<number | undefined> {
  return await stat(path).then(
    (status) => status.size,
    () => undefined,
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(2);
}
