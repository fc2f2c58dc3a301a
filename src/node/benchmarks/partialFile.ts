import { open, readFile, rm, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { FileError, RunError } from "../../core/errors.ts";
import { fileSha256 } from "../files/fileHash.ts";
import { writeAtomically } from "../files/writeAtomically.ts";
import { writeError } from "../files/writeError.ts";
import type { StallTimer } from "./stallTimer.ts";
import { describeCause, TemporaryFailure, UnusableAddress } from "./transferFailure.ts";
import { parseJson } from "../../core/json.ts";

const originSchema = z.object({ url: z.string(), etag: z.string() });

/** The file that a download is to give. */
export interface ExpectedFile {
  readonly sha256: string;
  readonly bytes: number;
  /** Where the incomplete file is kept between attempts. */
  readonly workFolder: string;
  /** @param received bytes at hand, those of an earlier attempt included */
  readonly onProgress?: (received: number) => void;
}

/** The incomplete file, and where it came from. */
export class PartialFile {
  readonly path: string;
  private readonly originPath: string;
  private readonly expected: ExpectedFile;

  constructor(expected: ExpectedFile) {
    this.expected = expected;
    this.path = join(expected.workFolder, "part");
    this.originPath = join(expected.workFolder, "origin.json");
  }

  /** Bytes at hand; more than the file has are useless and discarded. */
  async size(): Promise<number> {
    const size = await stat(this.path).then(
      (status) => status.size,
      () => 0,
    );
    if (size <= this.expected.bytes) return size;
    await this.discard();
    return 0;
  }

  /** If-Range makes a server whose file has changed send all of it; a weak ETag may not be used for that (RFC 9110). */
  async rangeHeaders(url: string, held: number): Promise<Record<string, string>> {
    if (held === 0) return {};
    const range = { range: `bytes=${held}-` };
    const origin = await this.origin();
    return origin?.url === url && !origin.etag.startsWith("W/") ? { ...range, "if-range": origin.etag } : range;
  }

  private async origin(): Promise<z.infer<typeof originSchema> | undefined> {
    try {
      return originSchema.parse(parseJson(await readFile(this.originPath, "utf8")));
    } catch {
      // Absent or damaged: the range is asked for without a condition, and the hash decides in the end.
      return undefined;
    }
  }

  /**
   * Receives the file's bytes from position `start` on; what is held beyond that position is replaced.
   * @throws TemporaryFailure when the connection breaks, UnusableAddress when the file there is too long, FileError when
   *   the disk is full
   */
  async append(response: Response, url: string, start: number, stall: StallTimer): Promise<void> {
    const etag = response.headers.get("etag");
    const handle = await guardWrite(this.path, async () => {
      if (etag === null) await this.forget();
      else await writeAtomically(this.originPath, JSON.stringify({ url, etag }));
      const opened = await open(this.path, "a");
      await opened.truncate(start);
      return opened;
    });
    try {
      const received = await this.copy(response, handle, start, stall);
      if (received < this.expected.bytes) {
        throw new TemporaryFailure(`the connection ended after ${received} of ${this.expected.bytes} bytes.`);
      }
      await guardWrite(this.path, () => handle.sync());
    } finally {
      await handle.close();
    }
  }

  private async copy(response: Response, handle: FileHandle, start: number, stall: StallTimer): Promise<number> {
    let position = start;
    const body = response.body ?? [];
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        stall.restart();
        if (position + chunk.length > this.expected.bytes) {
          await this.discard();
          throw new UnusableAddress(`the file there is longer than the expected ${this.expected.bytes} bytes.`);
        }
        await guardWrite(this.path, () => handle.writeFile(chunk));
        position += chunk.length;
        this.expected.onProgress?.(position);
      }
    } catch (error) {
      if (error instanceof UnusableAddress || error instanceof FileError) throw error;
      throw new TemporaryFailure(`the connection broke after ${position} bytes (${describeCause(error)}).`);
    }
    return position;
  }

  /** @param resumed whether it was put together from several attempts, which may have been of different versions */
  async verify(resumed: boolean): Promise<void> {
    const sha256 = await fileSha256(this.path);
    if (sha256 === this.expected.sha256) return;
    await this.discard();
    const message = `the content is not the expected one (sha256 ${sha256} instead of ${this.expected.sha256}).`;
    throw resumed ? new TemporaryFailure(message) : new UnusableAddress(message);
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await this.forget();
  }

  async forget(): Promise<void> {
    await rm(this.originPath, { force: true });
  }
}

/** Runs a write; its failure says what to do about the download. @throws FileError */
export async function guardWrite<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    const error = cause instanceof RunError ? cause : writeError(path, cause);
    throw new FileError(error.message, {
      place: { file: path },
      hint: "Free some space or choose another data folder; what was received so far is kept.",
      cause,
    });
  }
}
