import {
  createMessageConnection,
  PortMessageReader,
  PortMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import { fromWireError } from "../modelHost/wireErrors.ts";
import type { RpcMethod } from "../rpc/method.ts";
import { startThread } from "../threads/startThread.ts";

interface Running {
  readonly connection: MessageConnection;
  /** Rejects when the thread ends. */
  readonly ended: Promise<never>;
  terminate(): void;
}

/** An answer that takes longer never comes: the thread hangs on what it was given. In milliseconds. */
const longestAnswer = 20_000;

/**
 * A thread that does for the editor what would hold up the extension host: no process, hence allowed in an untrusted
 * workspace. It is started when it is first asked something, and again when it has ended.
 */
export class EditorThread {
  private running: Running | undefined;

  /** @throws Error when the thread ends or hangs before it answers; otherwise what the work throws */
  async call<Params, Result>(method: RpcMethod<Params, Result>, params: Params): Promise<Result> {
    const running = (this.running ??= this.start());
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        running.terminate();
        reject(new Error(`${method.name} took longer than ${longestAnswer / 1000} seconds.`));
      }, longestAnswer);
    });
    try {
      const answer = running.connection.sendRequest<unknown>(method.name, params);
      // When the thread ends, nobody waits for the answer any more.
      answer.catch(() => undefined);
      return method.result.parse(await Promise.race([answer, running.ended, late]));
    } catch (error) {
      throw fromWireError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  dispose(): void {
    this.running?.terminate();
  }

  private start(): Running {
    const worker = startThread("editorThread");
    const ended = new Promise<never>((_, reject) => {
      worker.on("error", reject);
      worker.on("exit", () => {
        if (this.running === running) this.running = undefined;
        connection.dispose();
        reject(new Error("The editor's thread ended."));
      });
    });
    ended.catch(() => undefined);
    const connection = createMessageConnection(new PortMessageReader(worker), new PortMessageWriter(worker));
    connection.onError(() => undefined);
    connection.listen();
    // After listening, which would hold it: it lives for whoever asks, and alone keeps no process alive.
    worker.unref();
    const running: Running = { connection, ended, terminate: () => void worker.terminate() };
    return running;
  }
}
