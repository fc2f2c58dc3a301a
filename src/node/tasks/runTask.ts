import { HostProcess } from "../modelHost/hostProcess.ts";
import type { RpcMethod } from "../rpc/method.ts";
import { workerEntry } from "../workerEntry.ts";

/**
 * Does one piece of work in a process of its own, which ends with it.
 * @throws CancelledError as soon as the signal fires; otherwise what the work throws
 */
export async function runTask<Params, Result>(
  task: RpcMethod<Params, Result>,
  params: Params,
  signal?: AbortSignal,
): Promise<Result> {
  const process = new HostProcess(workerEntry("task"));
  try {
    return await process.call(task, params, signal);
  } finally {
    process.kill();
  }
}
