import { HostProcess } from "../modelHost/hostProcess.ts";
import { lend, type Lender } from "../modelHost/lentModel.ts";
import type { RpcMethod } from "../rpc/method.ts";
import { workerEntry } from "../workerEntry.ts";

/**
 * Does one piece of work in a process of its own, which ends with it.
 * @param lender finds models that are loaded already, which the work may use
 * @throws CancelledError as soon as the signal fires; otherwise what the work throws
 */
export async function runTask<Params, Result>(
  task: RpcMethod<Params, Result>,
  params: Params,
  signal?: AbortSignal,
  lender: Lender = () => undefined,
): Promise<Result> {
  const process = new HostProcess(workerEntry("task"));
  lend(process, lender);
  try {
    return await process.call(task, params, signal);
  } finally {
    process.kill();
  }
}
