import { parentPort, workerData } from "node:worker_threads";
import { createWasmKernels } from "../../core/merge/kernels/wasmKernels.ts";
import { plannedMethod } from "../../core/merge/methods/registry.ts";
import type { MergeContext, TensorJob } from "../../node/merge/mergeJob.ts";
import { mergeTensor } from "../../node/merge/mergeTensor.ts";
import { TensorFiles } from "../../node/checkpoint/tensorFiles.ts";
import type { ThreadMessage } from "../../node/merge/tensorThreads.ts";
import { toWireError } from "../../node/processes/wireErrors.ts";

/** A thread of a merge: computes the tensors that it is sent, one after the other. */
const context = workerData as MergeContext;
const tools = {
  context,
  method: plannedMethod(context),
  kernels: createWasmKernels(),
  files: new TensorFiles(),
};
const port = parentPort!;

const reportEvery = 16 << 20;

port.on("message", (job: TensorJob) => {
  let unreported = 0;
  const send = (message: ThreadMessage) => port.postMessage(message);
  const report = (count: number) => {
    unreported += count;
    if (unreported < reportEvery) return;
    send({ type: "progress", bytes: unreported });
    unreported = 0;
  };
  try {
    mergeTensor(job, tools, report);
    send({ type: "progress", bytes: unreported });
    send({ type: "done" });
  } catch (error) {
    send({ type: "failed", error: toWireError(error) });
  }
});
