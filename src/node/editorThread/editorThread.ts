import type { Worker } from "node:worker_threads";
import {
  createMessageConnection,
  PortMessageReader,
  PortMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import { MedleyError } from "../../core/errors.ts";
import { fromResponseError } from "../processes/wireErrors.ts";
import type { RpcMethod } from "../processes/method.ts";
import { startThread } from "../processes/workers.ts";

/** The thread ended, or was ended because it hung, before it answered. */
export class EditorThreadError extends MedleyError {
  readonly code = "editor.threadEnded";
}

/**
 * A thread that does for the editor what would hold up the extension host: no process, hence allowed in an untrusted
 * workspace. It is started when it is first asked something, and again when it has ended.
 */
export class EditorThread {
  private running: RunningThread | undefined;

  /** @param longestAnswer in seconds; an answer that takes longer never comes, since the thread hangs on what it was given */
  constructor(private readonly longestAnswer = 60) {}

  /** @throws EditorThreadError when the thread ends or hangs before it answers; otherwise what the work throws */
  async call<Params, Result>(method: RpcMethod<Params, Result>, params: Params): Promise<Result> {
    const running = (this.running ??= this.start());
    const late = setTimeout(() => {
      running.end(`The editor's thread did not answer "${method.name}" within ${this.longestAnswer} seconds.`);
    }, this.longestAnswer * 1000);
    try {
      return await running.ask(method, params);
    } finally {
      clearTimeout(late);
    }
  }

  dispose(): void {
    this.running?.end("The editor's thread was ended with the extension.");
  }

  private start(): RunningThread {
    const started = new RunningThread(() => {
      if (this.running === started) this.running = undefined;
    });
    return started;
  }
}

/** One life of the thread. */
class RunningThread {
  private readonly worker: Worker;
  private readonly connection: MessageConnection;
  /** Rejects when the thread ends. */
  private readonly ended: Promise<never>;
  private reject!: (error: EditorThreadError) => void;

  constructor(private readonly onEnd: () => void) {
    this.ended = new Promise<never>((_, reject) => (this.reject = reject));
    // Pending requests report the failure; without any, nothing is lost.
    this.ended.catch(() => undefined);
    this.worker = startThread("editorThread");
    this.worker.on("error", (error) => this.end(`The editor's thread failed: ${error.message}`, error));
    this.worker.on("exit", (code) => this.end(`The editor's thread ended by itself, with code ${code}.`));
    this.connection = createMessageConnection(new PortMessageReader(this.worker), new PortMessageWriter(this.worker));
    this.connection.onError(([error]) => this.end(`The editor's thread cannot be understood: ${error.message}`, error));
    this.connection.listen();
    // After adding the listeners, which would undo it: an idle thread must not keep the process alive.
    this.worker.unref();
  }

  async ask<Params, Result>(method: RpcMethod<Params, Result>, params: Params): Promise<Result> {
    const answer = this.connection.sendRequest<unknown>(method.name, params);
    // When the thread ends, the answer is no longer awaited.
    answer.catch(() => undefined);
    try {
      return method.result.parse(await Promise.race([answer, this.ended]));
    } catch (error) {
      throw fromResponseError(error);
    }
  }

  /** Ends the thread, if it has not ended by itself, and all that wait for it. The next question starts another. */
  end(message: string, cause?: unknown): void {
    this.onEnd();
    this.reject(new EditorThreadError(message, { hint: "It is started again when it is next needed.", cause }));
    this.connection.dispose();
    void this.worker.terminate();
  }
}
