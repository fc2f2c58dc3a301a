import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CancelledError, MedleyError, RunError } from "../../core/errors.ts";
import type { NewRunEvent, RunEvent } from "../../core/runs/events.ts";
import { resumableStates, type RunManifest } from "../../core/runs/manifest.ts";
import { describeHost } from "./host.ts";
import { JsonLinesWriter } from "./jsonLinesWriter.ts";
import { cancelRequested, readManifest, runFiles, sweepRunFolder, withdrawCancel, writeManifest } from "./runFolder.ts";
import { lockHolder, RunLock } from "./runLock.ts";

const heartbeatInterval = 5000;
const lockInterval = 1000;
const controlInterval = 250;
/** How often, and how long in all, a session waits for one that has ended to give the run back; milliseconds. */
const releaseInterval = 20;
const longestRelease = 5000;

/** Work on one run by this process, between its `started` and its `finished` event. */
export class RunSession {
  private readonly start = performance.now();
  private readonly abort = new AbortController();
  private lastEvent = performance.now();
  private timers: NodeJS.Timeout[] = [];

  private constructor(
    readonly folder: string,
    private current: RunManifest,
    private readonly lock: RunLock,
    private readonly events: JsonLinesWriter,
    private readonly onEvent: (event: RunEvent) => void,
  ) {}

  get manifest(): RunManifest {
    return this.current;
  }

  /** Fires when the run is to stop: its reason is a CancelledError, or the error that makes going on impossible. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /**
   * Asks the work to stop after its present step, as a `control/cancel` file does.
   * @param reason what `signal` will say: a CancelledError when absent
   */
  cancel(reason?: unknown): void {
    this.abort.abort(asMedleyError(reason));
  }

  /** Appends an event. @throws RunError when it cannot be written */
  async emit(event: NewRunEvent): Promise<void> {
    const elapsed = Math.round(performance.now() - this.start);
    const stamped = { v: 1, time: new Date().toISOString(), elapsed, ...event } as RunEvent;
    this.lastEvent = performance.now();
    await this.events.append(stamped);
    this.onEvent(stamped);
  }

  /** Records what became known only while working, for example the version of a library that was loaded. */
  async updateManifest(change: Partial<Pick<RunManifest, "versions" | "inputs" | "details">>): Promise<void> {
    this.current = { ...this.current, ...change };
    await writeManifest(this.folder, this.current);
  }

  /**
   * Performs work on a run: takes the lock, repairs what a crash left, and records how it ends, whatever happens.
   * @param onEvent sees every event that this session writes
   * @throws RunError when another process works on the run or it has finished; otherwise what `work` throws
   */
  static async perform(
    folder: string,
    work: (session: RunSession) => Promise<void>,
    options: { readonly onEvent?: (event: RunEvent) => void; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const session = await RunSession.open(folder, options.onEvent ?? (() => undefined));
    const cancel = () => session.cancel(options.signal?.reason);
    if (options.signal?.aborted) cancel();
    options.signal?.addEventListener("abort", cancel);
    try {
      await session.begin();
      await work(session);
      await session.end("finished");
    } catch (error) {
      await session.endWith(error);
      throw error;
    } finally {
      options.signal?.removeEventListener("abort", cancel);
      await session.close();
    }
  }

  private static async open(folder: string, onEvent: (event: RunEvent) => void): Promise<RunSession> {
    await untilReleased(folder);
    const lock = await RunLock.acquire(folder);
    try {
      await sweepRunFolder(folder);
      const manifest = await readManifest(folder);
      if (!resumableStates.includes(stateUnderLock(manifest))) {
        throw new RunError("The run has finished; there is nothing left to do.", { place: { file: folder } });
      }
      const events = await JsonLinesWriter.open(join(folder, runFiles.events));
      return new RunSession(folder, manifest, lock, events, onEvent);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  private async begin(): Promise<void> {
    const session = this.current.sessions + 1;
    const { failure: _previousFailure, ended: _previousEnd, ...kept } = this.current;
    const started = kept.started ?? new Date().toISOString();
    this.current = { ...kept, state: "running", host: describeHost(), sessions: session, started };
    await withdrawCancel(this.folder);
    await writeManifest(this.folder, this.current);
    await this.emit({ type: "started", session, pid: process.pid, host: this.current.host.name });
    this.every(lockInterval, () => this.lock.refresh());
    this.every(lockInterval, async () => {
      if (performance.now() - this.lastEvent >= heartbeatInterval) await this.emit({ type: "heartbeat" });
    });
    this.every(controlInterval, async () => {
      if (await cancelRequested(this.folder)) this.cancel();
    });
  }

  private every(milliseconds: number, work: () => Promise<void>): void {
    const timer = setInterval(() => void work().catch((error: unknown) => this.cancel(error)), milliseconds);
    timer.unref();
    this.timers.push(timer);
  }

  private async endWith(error: unknown): Promise<void> {
    if (error instanceof CancelledError) return await this.end("cancelled");
    const failure = {
      code: error instanceof MedleyError ? error.code : "defect",
      message: error instanceof Error ? error.message : String(error),
      hint: error instanceof MedleyError ? error.hint : undefined,
      place: error instanceof MedleyError ? error.place : undefined,
      remedy: error instanceof MedleyError ? error.remedy : undefined,
    };
    await this.end("failed", failure);
  }

  private async end(state: "finished" | "failed" | "cancelled", failure?: RunManifest["failure"]): Promise<void> {
    this.timers.forEach(clearInterval);
    this.current = { ...this.current, state, ended: new Date().toISOString(), failure };
    const record = async () => {
      // A folder that another process took over is that one's to write.
      await this.lock.refresh();
      if (failure !== undefined) await this.emit({ type: "error", ...failure });
      // The manifest first: followers of the events read it when they see the last event.
      await writeManifest(this.folder, this.current);
      await this.emit({ type: "finished", state });
    };
    if (state === "finished") return await record();
    // On a full disk this may fail too. The run then reads as interrupted, and what stopped it is what the user sees.
    await record().catch(() => undefined);
  }

  private async close(): Promise<void> {
    this.timers.forEach(clearInterval);
    try {
      await this.events.close();
    } finally {
      await this.lock.release();
    }
  }
}

/**
 * A process that has recorded how its work ended holds the lock for a moment longer: whoever takes the run up again at once
 * waits for that, and for no process that works.
 */
async function untilReleased(folder: string): Promise<void> {
  const deadline = performance.now() + longestRelease;
  while (hasEnded((await readManifest(folder)).state) && (await lockHolder(folder)) !== undefined) {
    if (performance.now() > deadline) return;
    await sleep(releaseInterval);
  }
}

function hasEnded(state: RunManifest["state"]): boolean {
  return state === "finished" || state === "cancelled" || state === "failed";
}

/** With the lock in hand, a manifest that still says `running` is a dead process's. */
function stateUnderLock(manifest: RunManifest): RunManifest["state"] {
  return manifest.state === "running" ? "interrupted" : manifest.state;
}

function asMedleyError(reason: unknown): MedleyError {
  if (reason instanceof MedleyError) return reason;
  if (reason === undefined) return new CancelledError("The run was cancelled.");
  return new RunError(reason instanceof Error ? reason.message : String(reason), { cause: reason });
}
