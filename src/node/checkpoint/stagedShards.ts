import { open, statfs } from "node:fs/promises";
import { layOutSafetensors, shardFileName, type TensorSpec } from "../../core/checkpoint/safetensorsWriter.ts";
import type { TensorEntry } from "../../core/checkpoint/safetensors.ts";
import { FileError } from "../../core/errors.ts";
import { writeError } from "../files/writeError.ts";
import type { OutputFolder } from "../runs/outputFolder.ts";

/** A shard that is being written. */
export interface OpenShard {
  /** Temporary path. */
  readonly file: string;
  /** Places of its tensors, by name. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/** Left free for the run's own files and everything else that writes to the disk. */
const reserveBytes = 64 << 20;

/** The weights of a checkpoint on their way into its folder. */
export class StagedShards {
  private constructor(
    private readonly output: OutputFolder,
    private readonly shards: readonly (readonly TensorSpec[])[],
    /** Indexes of shards that an earlier, interrupted session finished. */
    readonly finished: ReadonlySet<number>,
  ) {}

  /** Keeps the shards that are finished. @throws FileError when the disk is too small for the others */
  static async prepare(output: OutputFolder, shards: readonly (readonly TensorSpec[])[]): Promise<StagedShards> {
    const finished = new Set<number>();
    let needed = 0;
    for (const [index, shard] of shards.entries()) {
      const { fileBytes } = layOutSafetensors(shard);
      const size = await output.stagedSize(shardFileName(index, shards.length));
      if (size === fileBytes) finished.add(index);
      else needed += fileBytes;
    }
    await output.keepOnly(new Set([...finished].map((index) => shardFileName(index, shards.length))));
    await checkSpace(output, needed);
    return new StagedShards(output, shards, finished);
  }

  /** Creates the file of a shard with its header and full length. */
  async openShard(index: number): Promise<OpenShard> {
    const file = this.output.unfinished(this.nameOf(index));
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
    await this.output.flush(this.nameOf(index));
  }

  /** Brings a complete shard to the disk and gives it its name. */
  async finishShard(index: number): Promise<void> {
    await this.output.finishFile(this.nameOf(index));
  }

  private nameOf(index: number): string {
    return shardFileName(index, this.shards.length);
  }
}

async function checkSpace({ staging, folder }: OutputFolder, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(staging);
  const free = bavail * bsize;
  if (needed + reserveBytes <= free) return;
  throw new FileError(
    `The disk has ${gigabytes(free)} GB free, the merge writes ${gigabytes(needed)} GB and leaves some room.`,
    { hint: "Free some space or choose a folder on another disk.", place: { file: folder } },
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(2);
}
