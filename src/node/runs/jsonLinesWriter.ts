import { open, type FileHandle } from "node:fs/promises";
import { writeError } from "../files/writeError.ts";

/** Written data survives the death of the process at once, and a power failure after at most this long. */
const syncInterval = 1000;

/**
 * Appends JSON Lines to a file that one process writes and others may read meanwhile. Opening it repairs a torn last
 * line; a write that fails half-way is taken back, so that the file always ends at a line's end.
 */
export class JsonLinesWriter {
  private queue: Promise<unknown> = Promise.resolve();
  private lastSync = performance.now();
  private closed = false;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private end: number,
  ) {}

  /** @throws RunError when the file cannot be opened for writing */
  static async open(path: string): Promise<JsonLinesWriter> {
    let handle: FileHandle | undefined;
    try {
      // Not "a": with it, Linux ignores positions, and a failed write could not be taken back and repeated in place.
      handle = await open(path, "r+").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return open(path, "wx+");
        throw error;
      });
      const { size } = await handle.stat();
      const end = await endOfLastLine(handle, size);
      if (end < size) await handle.truncate(end);
      return new JsonLinesWriter(path, handle, end);
    } catch (cause) {
      await handle?.close();
      throw writeError(path, cause);
    }
  }

  /**
   * Appends a record, in the order of the calls.
   * @returns where its line stands in the file, line break included
   * @throws RunError when it cannot be written, for example on a full disk; then nothing of it is in the file
   */
  append(record: unknown): Promise<{ readonly offset: number; readonly length: number }> {
    const bytes = Buffer.from(JSON.stringify(record) + "\n");
    return this.enqueue(async () => {
      const offset = this.end;
      await this.write(bytes);
      if (performance.now() - this.lastSync >= syncInterval) await this.sync();
      return { offset, length: bytes.length };
    });
  }

  /** Waits for what was appended, makes it survive a power failure, and closes the file. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.queue.catch(() => undefined);
    try {
      await this.handle.sync();
    } catch (cause) {
      throw writeError(this.path, cause);
    } finally {
      await this.handle.close();
    }
  }

  private enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work).catch((cause: unknown) => {
      throw writeError(this.path, cause);
    });
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async write(bytes: Buffer): Promise<void> {
    let written = 0;
    try {
      while (written < bytes.length) {
        const step = await this.handle.write(bytes, written, bytes.length - written, this.end + written);
        written += step.bytesWritten;
      }
    } catch (error) {
      await this.handle.truncate(this.end);
      throw error;
    }
    this.end += bytes.length;
  }

  private async sync(): Promise<void> {
    await this.handle.datasync();
    this.lastSync = performance.now();
  }
}

/** Offset just after the last line break among the first `size` bytes; 0 when there is none. */
async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(64 * 1024);
  for (let stop = size; stop > 0;) {
    const start = Math.max(0, stop - block.length);
    const { bytesRead } = await handle.read(block, 0, stop - start, start);
    const found = block.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (found >= 0) return start + found + 1;
    stop = start;
  }
  return 0;
}
