import type { Tokenizer } from "../../core/models/languageModel.ts";
import { HostProcess } from "../modelHost/hostProcess.ts";
import { lendTokenizer } from "../modelHost/lentTokenizer.ts";
import type { RpcMethod } from "../rpc/method.ts";
import { workerEntry } from "../workerEntry.ts";

/**
 * Does one piece of work in a process of its own, which ends with it.
 * @param lent a model that the work may ask for tokens
 * @throws CancelledError as soon as the signal fires; otherwise what the work throws
 */
export async function runTask<Params, Result>(
  task: RpcMethod<Params, Result>,
  params: Params,
  signal?: AbortSignal,
  lent?: Tokenizer,
): Promise<Result> {
  const process = new HostProcess(workerEntry("task"));
  if (lent !== undefined) lendTokenizer(process, lent);
  try {
    return await process.call(task, params, signal);
  } finally {
    process.kill();
  }
}
