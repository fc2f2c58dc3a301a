import type { ChildProcess } from "node:child_process";
import { once, setMaxListeners } from "node:events";
import {
  CancellationTokenSource,
  ConnectionError,
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ResponseError,
} from "vscode-jsonrpc/node";
import type { z } from "zod";
import { CancelledError } from "../../core/errors.ts";
import { answer } from "./answer.ts";
import type { RpcMethod } from "./method.ts";
import { fromResponseError } from "./wireErrors.ts";
import { forkWorker, type WorkerEntry } from "./workers.ts";

/** The process ended while a request was with it. */
export class WorkerExit extends Error {}

const keptOutput = 4096;
const gracefulExitMilliseconds = 3000;

/** A child process that answers requests, from its start to its end. */
export class WorkerProcess {
  /** Resolves, never rejects, with how the process ended. */
  readonly exited: Promise<string>;
  private readonly child: ChildProcess;
  private readonly connection: MessageConnection;
  private readonly interrupts = new Set<(error: Error) => void>();
  private output = "";
  private ended: string | undefined;

  constructor(entry: WorkerEntry) {
    this.child = forkWorker(entry);
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output = (this.output + text).slice(-keptOutput);
      });
    }
    this.exited = this.observeEnd();
    void this.exited.then((reason) => {
      this.ended = reason;
      for (const interrupt of this.interrupts) interrupt(new WorkerExit(reason));
    });
    this.connection = createMessageConnection(new IPCMessageReader(this.child), new IPCMessageWriter(this.child));
    // A broken channel is followed by the end of the process, which is what requests wait for.
    this.connection.onError(() => undefined);
    this.connection.listen();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Whether it was our own `kill` that ended it. */
  get endedByUs(): boolean {
    return this.child.killed;
  }

  /**
   * @throws WorkerExit when the process ends before it answers; CancelledError as soon as the signal fires; the typed
   *   error that the process answers with
   */
  async call<Params, Result>(method: RpcMethod<Params, Result>, params: Params, signal?: AbortSignal): Promise<Result> {
    const cancellation = new CancellationTokenSource();
    const interruption = this.interruption(signal, () => cancellation.cancel());
    try {
      const answer = this.connection.sendRequest<unknown>(method.name, params, cancellation.token);
      // When the process ends, the answer is no longer awaited.
      answer.catch(() => undefined);
      return method.result.parse(await Promise.race([answer, interruption.promise]));
    } catch (error) {
      if (isBrokenChannel(error)) throw new WorkerExit(await this.exited);
      throw fromResponseError(error);
    } finally {
      interruption.dispose();
      cancellation.dispose();
    }
  }

  /** Rejects when the process ends or the signal fires. Thousands of calls must leave nothing behind: see `dispose`. */
  private interruption(
    signal: AbortSignal | undefined,
    cancel: () => void,
  ): { readonly promise: Promise<never>; dispose(): void } {
    let reject!: (error: Error) => void;
    const promise = new Promise<never>((_, rejectPromise) => (reject = rejectPromise));
    // When sending fails, the answer is never awaited.
    promise.catch(() => undefined);
    const onAbort = () => {
      cancel();
      reject(new CancelledError("The request was cancelled."));
    };
    if (this.ended !== undefined) reject(new WorkerExit(this.ended));
    if (signal?.aborted === true) onAbort();
    this.interrupts.add(reject);
    // Any number of requests may share a signal.
    if (signal !== undefined) setMaxListeners(0, signal);
    signal?.addEventListener("abort", onAbort, { once: true });
    return {
      promise,
      dispose: () => {
        this.interrupts.delete(reject);
        signal?.removeEventListener("abort", onAbort);
      },
    };
  }

  /** Answers what the process asks in its turn. */
  answer<Params, Result>(method: RpcMethod<Params, Result>, work: (params: Params) => Promise<Result>): void {
    answer(this.connection, method, work);
  }

  /** Passes on what the process tells unasked. */
  onNotification<Params>(name: string, schema: z.ZodType<Params>, listener: (params: Params) => void): void {
    this.connection.onNotification(name, (params: unknown) => listener(schema.parse(params)));
  }

  /** Ends the process: by itself after a request that makes it, or by force after a few seconds. */
  async end(request: RpcMethod<Record<string, never>, null>): Promise<void> {
    const timer = setTimeout(() => this.kill(), gracefulExitMilliseconds);
    await this.call(request, {}).catch(() => this.kill());
    await this.exited;
    clearTimeout(timer);
    this.connection.dispose();
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  private async observeEnd(): Promise<string> {
    const failed = once(this.child, "error").then(([error]) => `it cannot be started: ${(error as Error).message}`);
    const ended = once(this.child, "close").then(([code, signal]) => describeEnd(code, signal, this.output));
    // `once` rejects on an error event, which `failed` reports.
    return Promise.race([failed, ended.catch(() => failed)]);
  }
}

/** Whether the channel to the process broke, which is noticed before or after its end. */
function isBrokenChannel(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  const codes: number[] = [ErrorCodes.MessageWriteError, ErrorCodes.PendingResponseRejected];
  return error instanceof ResponseError && codes.includes(error.code);
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null, output: string): string {
  const end = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`;
  const lines = output
    .trim()
    .split("\n")
    .filter((line) => line !== "");
  return lines.length === 0 ? end : `${end}, its last output was: ${lines.slice(-3).join(" | ")}`;
}
