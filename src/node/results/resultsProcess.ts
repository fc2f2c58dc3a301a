import { RunError } from "../../core/errors.ts";
import { HostExit, HostProcess } from "../modelHost/hostProcess.ts";
import type { RpcMethod } from "../rpc/method.ts";
import { workerEntry } from "../workerEntry.ts";

/** It holds the runs that were looked at: after so many milliseconds without a question it ends. */
const idleTime = 5 * 60_000;

/** The process that reads results, started with the first question and again with the first one after its end. */
export class ResultsProcess {
  private process: HostProcess | undefined;
  private asked = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly idleMilliseconds = idleTime) {}

  /** Of the process that lives now. */
  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** @throws what the method throws; RunError when the process ends before it answers */
  async call<Params, Result>(method: RpcMethod<Params, Result>, params: Params): Promise<Result> {
    clearTimeout(this.idle);
    this.asked++;
    const process = (this.process ??= this.start());
    try {
      return await process.call(method, params);
    } catch (error) {
      if (!(error instanceof HostExit)) throw error;
      throw new RunError(`The process that reads results is gone: ${error.message}.`, {
        hint: "Ask again: it is started anew.",
        cause: error,
      });
    } finally {
      if (--this.asked === 0 && this.process !== undefined) {
        this.idle = setTimeout(() => this.dispose(), this.idleMilliseconds).unref();
      }
    }
  }

  dispose(): void {
    clearTimeout(this.idle);
    this.process?.kill();
    this.process = undefined;
  }

  private start(): HostProcess {
    const process = new HostProcess(workerEntry("results"));
    void process.exited.then(() => {
      if (this.process === process) this.process = undefined;
    });
    return process;
  }
}
