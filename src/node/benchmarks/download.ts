import { mkdir, rename, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CancelledError, FileError, RunError } from "../../core/errors.ts";
import { syncFolder } from "../files/writeAtomically.ts";
import { lockHolder, RunLock } from "../runs/runLock.ts";
import { guardWrite, PartialFile, type ExpectedFile } from "./partialFile.ts";
import { StallTimer } from "./stallTimer.ts";
import { describeCause, TemporaryFailure, UnusableAddress } from "./transferFailure.ts";

export interface DownloadRequest extends ExpectedFile {
  /** Addresses of the same content, tried in order. */
  readonly urls: readonly string[];
  /** Where the file appears once it is complete and its hash is right; on the same file system as `workFolder`. */
  readonly destination: string;
  readonly signal?: AbortSignal;
  readonly retry?: RetryPolicy;
}

export interface RetryPolicy {
  /** Tries per address. */
  readonly attempts: number;
  /** Wait before the second try, in milliseconds; doubled before each further one. */
  readonly delay: number;
  /** A connection that delivers nothing for so long is given up, in milliseconds. */
  readonly stall: number;
}

const defaultRetry: RetryPolicy = { attempts: 5, delay: 1000, stall: 30_000 };
const longestWait = 60_000;

/**
 * Downloads one file, resuming what an earlier attempt left. It appears under its final name only when it is complete
 * and its hash is right. Redirects are not followed: the user agreed to one host.
 * @throws FileError when no address gives the file, the disk is full, or another process downloads it; CancelledError when
 *   the signal fires. What was received is kept for the next call.
 */
export async function download(request: DownloadRequest): Promise<void> {
  const { workFolder, destination } = request;
  await guardWrite(workFolder, () => mkdir(workFolder, { recursive: true }));
  const lock = await lockFolder(workFolder, destination);
  try {
    const partial = new PartialFile(request);
    await receive(request, partial);
    await guardWrite(destination, async () => {
      await mkdir(dirname(destination), { recursive: true });
      await rename(partial.path, destination);
      await syncFolder(dirname(destination));
    });
    await partial.forget();
  } finally {
    await lock.release();
  }
  // Not empty means that another process has begun to use it.
  await rmdir(workFolder).catch(() => undefined);
}

async function lockFolder(workFolder: string, destination: string): Promise<RunLock> {
  try {
    return await RunLock.acquire(workFolder);
  } catch (cause) {
    if (!(cause instanceof RunError)) throw cause;
    const holder = await lockHolder(workFolder);
    if (holder === undefined) throw new FileError(cause.message, { place: { file: workFolder }, cause });
    throw new FileError(`Process ${holder.process.pid} on ${holder.process.host} is downloading this file already.`, {
      place: { file: destination },
      hint: "Wait for it to end.",
      cause,
    });
  }
}

async function receive(request: DownloadRequest, partial: PartialFile): Promise<void> {
  const failures: string[] = [];
  for (const url of request.urls) {
    try {
      return await receiveFrom(url, request, partial);
    } catch (error) {
      if (!(error instanceof UnusableAddress) && !(error instanceof TemporaryFailure)) throw error;
      failures.push(`${url}: ${error.message}`);
    }
  }
  throw new FileError(`The file could not be downloaded. ${failures.join(" ")}`, {
    place: { file: request.destination },
    hint: "Try again later, or get the file another way and name its folder; what was received is kept.",
  });
}

async function receiveFrom(url: string, request: DownloadRequest, partial: PartialFile): Promise<void> {
  const { attempts, delay } = request.retry ?? defaultRetry;
  for (let attempt = 1; ; attempt++) {
    throwIfCancelled(request.signal);
    try {
      const resumed = await transfer(url, request, partial);
      await partial.verify(resumed);
      return;
    } catch (error) {
      throwIfCancelled(request.signal);
      if (!(error instanceof TemporaryFailure) || attempt === attempts) throw error;
      await wait(error.wait ?? delay * 2 ** (attempt - 1), request.signal);
    }
  }
}

/**
 * Receives what is missing of the file.
 * @returns whether it was added to bytes of an earlier attempt
 */
async function transfer(url: string, request: DownloadRequest, partial: PartialFile): Promise<boolean> {
  const held = await partial.size();
  if (held === request.bytes) return true;
  const stall = new StallTimer((request.retry ?? defaultRetry).stall, request.signal);
  try {
    const response = await connect(url, await partial.rangeHeaders(url, held), stall);
    const start = await startOf(response, request, held, partial);
    await partial.append(response, url, start, stall);
    return start > 0;
  } finally {
    stall.stop();
  }
}

async function connect(url: string, headers: Record<string, string>, stall: StallTimer): Promise<Response> {
  let response: Response;
  try {
    // Without compression, so that positions in the answer are positions in the file.
    response = await fetch(url, {
      headers: { "accept-encoding": "identity", ...headers },
      redirect: "manual",
      signal: stall.signal,
    });
  } catch (error) {
    throw new TemporaryFailure(`no connection (${describeCause(error)}).`);
  }
  const { status } = response;
  if (status === 200 || status === 206 || status === 416) return response;
  await response.body?.cancel();
  if (status === 408 || status === 429 || status >= 500) {
    throw new TemporaryFailure(`the server answered ${status}.`, retryAfter(response));
  }
  const redirect = response.headers.get("location");
  if (redirect !== null) throw new UnusableAddress(`the server sends elsewhere, to ${redirect}; this is not followed.`);
  throw new UnusableAddress(`the server answered ${status}.`);
}

/** Position in the file of the first byte of the answer. 0 when the server ignored the range and sends everything. */
async function startOf(
  response: Response,
  { bytes }: DownloadRequest,
  held: number,
  partial: PartialFile,
): Promise<number> {
  const refuse = async (error: Error): Promise<never> => {
    await response.body?.cancel();
    throw error;
  };
  if (response.status === 416) {
    await partial.discard();
    return await refuse(new TemporaryFailure("the server does not have the rest of the file."));
  }
  if (response.status === 200) {
    const isPlain = response.headers.get("content-encoding") === null;
    const length = isPlain ? response.headers.get("content-length") : null;
    if (length === null || Number(length) === bytes) return 0;
    return await refuse(new UnusableAddress(`the file there has ${length} bytes, expected ${bytes}: it was changed.`));
  }
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  if (range === null || Number(range[1]) !== held) {
    await partial.discard();
    return await refuse(new TemporaryFailure("the server sent another part of the file than asked for."));
  }
  if (range[2] === "*" || Number(range[2]) === bytes) return held;
  return await refuse(new UnusableAddress(`the file there has ${range[2]} bytes, expected ${bytes}: it was changed.`));
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, longestWait) : undefined;
}

async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(Math.min(milliseconds, longestWait), undefined, { signal });
  } catch {
    throwIfCancelled(signal);
  }
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CancelledError("The download was cancelled.");
}
