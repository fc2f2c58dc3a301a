import { RunError } from "../../core/errors.ts";
import { HostExit, HostProcess } from "../modelHost/hostProcess.ts";
import { workerEntry } from "../workerEntry.ts";
import type { RpcMethod } from "./method.ts";

/** It may hold what was looked at: after so many milliseconds without a question it ends. */
const idleTime = 5 * 60_000;

/** A process that answers questions, started with the first one and again with the first one after its end. */
export class IdleProcess {
  private process: HostProcess | undefined;
  private asked = 0;
  private idle: NodeJS.Timeout | undefined;

  /**
   * @param what it is called in messages, for example `The process that reads results`
   * @param onStart prepares each process before the first question
   */
  constructor(
    private readonly entry: Parameters<typeof workerEntry>[0],
    private readonly what: string,
    private readonly idleMilliseconds = idleTime,
    private readonly onStart: (process: HostProcess) => void = () => undefined,
  ) {}

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
      throw new RunError(`${this.what} is gone: ${error.message}.`, {
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
    const process = new HostProcess(workerEntry(this.entry));
    this.onStart(process);
    void process.exited.then(() => {
      if (this.process === process) this.process = undefined;
    });
    return process;
  }
}
