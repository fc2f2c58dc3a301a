import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { runEventSchema, type RunEvent } from "../../core/runs/events.ts";
import { parseJsonLine } from "../../core/runs/jsonLines.ts";
import { runFiles } from "./runFolder.ts";

/** Reads what was appended to a run's events since the last read. */
export class EventTail {
  private handle: FileHandle | undefined;
  private offset = 0;
  private line = 0;
  private readonly path: string;

  constructor(folder: string) {
    this.path = join(folder, runFiles.events);
  }

  /**
   * All complete new lines. An absent file has none yet.
   * @param most of more new events than this, only the last are read: enough for whoever wants to know how far a run is
   * @throws RunError when a line is damaged
   */
  async next(most = Infinity): Promise<RunEvent[]> {
    this.handle ??= await open(this.path, "r").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (this.handle === undefined) return [];
    const { size } = await this.handle.stat();
    const buffer = Buffer.alloc(Math.max(0, size - this.offset));
    const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, this.offset);
    const complete = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    this.offset += complete;
    const lines = buffer.toString("utf8", 0, complete).split("\n").slice(0, -1);
    const skipped = Math.max(0, lines.length - most);
    this.line += skipped;
    return lines.slice(skipped).map((line) => parseJsonLine(line, runEventSchema, this.path, ++this.line));
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }
}
