import { createReadStream } from "node:fs";

export interface FileLine {
  /** Without the line break. */
  readonly bytes: Buffer;
  /** Position of its first byte in the file. */
  readonly offset: number;
  /** 1-based. */
  readonly line: number;
}

const lineFeed = 0x0a;

/**
 * Yields the complete lines of a file, one at a time however large the file is. What follows the last line break, after
 * a crash for example, is left out. An absent file has no lines.
 * @param from where a line begins, and its number; the beginning of the file without it
 */
export async function* readLines(
  path: string,
  from: Omit<FileLine, "bytes"> = { offset: 0, line: 1 },
): AsyncGenerator<FileLine, void, undefined> {
  let pending: Buffer[] = [];
  let { offset, line } = from;
  try {
    for await (const chunk of createReadStream(path, {
      start: offset,
      highWaterMark: 256 * 1024,
    }) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
        const bytes = Buffer.concat([...pending, chunk.subarray(start, end)]);
        pending = [];
        yield { bytes, offset, line: line++ };
        offset += bytes.length + 1;
        start = end + 1;
      }
      if (start < chunk.length) pending.push(chunk.subarray(start));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
