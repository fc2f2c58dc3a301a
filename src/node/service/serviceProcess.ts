import { RunError } from "../../core/errors.ts";
import { lend, type Lender } from "../backends/lentModel.ts";
import type { RpcMethod } from "../processes/method.ts";
import { WorkerExit, WorkerProcess } from "../processes/workerProcess.ts";
import { workerEntry } from "../processes/workers.ts";

/** Idle timeout in milliseconds; frees the runs and headers that the process keeps. */
const defaultIdleTimeout = 5 * 60_000;

/**
 * The process that answers a window's requests about runs and planned merges. Started on the first request, and
 * restarted on the first one after it has ended.
 */
export class ServiceProcess {
  private process: WorkerProcess | undefined;
  private asked = 0;
  private idle: NodeJS.Timeout | undefined;

  /**
   * @param lender finds models that are loaded already, which the process may use
   * @param idleTimeout in milliseconds
   */
  constructor(
    private readonly lender: Lender,
    private readonly idleTimeout = defaultIdleTimeout,
  ) {}

  /** Of the current process. */
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
      throw error instanceof WorkerExit ? serviceEnded(error) : error;
    } finally {
      if (--this.asked === 0 && this.process !== undefined) {
        this.idle = setTimeout(() => this.dispose(), this.idleTimeout).unref();
      }
    }
  }

  dispose(): void {
    clearTimeout(this.idle);
    this.process?.kill();
    this.process = undefined;
  }

  private start(): WorkerProcess {
    const process = startService(this.lender);
    void process.exited.then(() => {
      if (this.process === process) this.process = undefined;
    });
    return process;
  }
}

/**
 * Does one piece of work in a service process of its own, which ends with it: long work holds up no question, and is
 * stopped by ending its process.
 * @param lender finds models that are loaded already, which the work may use
 * @throws CancelledError as soon as the signal fires; otherwise what the work throws
 */
export async function runTask<Params, Result>(
  task: RpcMethod<Params, Result>,
  params: Params,
  signal?: AbortSignal,
  lender: Lender = () => undefined,
): Promise<Result> {
  const process = startService(lender);
  try {
    return await process.call(task, params, signal);
  } catch (error) {
    throw error instanceof WorkerExit ? serviceEnded(error) : error;
  } finally {
    process.kill();
  }
}

function startService(lender: Lender): WorkerProcess {
  const process = new WorkerProcess(workerEntry("service"));
  lend(process, lender);
  return process;
}

function serviceEnded(cause: WorkerExit): RunError {
  return new RunError(`Medley's service process ended unexpectedly: ${cause.message}.`, {
    hint: "Try again: it starts anew.",
    cause,
  });
}
