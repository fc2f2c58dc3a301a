/**
 * The real model host with a fault that MEDLEY_TEST_FAULT names: `loading` ends it while it loads, `poison` when a
 * request begins with the token `poison`, `noise` makes it print what looks like protocol messages.
 */
import { fileURLToPath } from "node:url";
import { workerEntry, type WorkerEntry } from "../../src/node/processes/workers.ts";

export const poison = 13;

export function faultyHost(): WorkerEntry {
  return { ...workerEntry("modelHost"), script: fileURLToPath(import.meta.url) };
}

interface Message {
  readonly method?: string;
  readonly params?: { readonly prefix?: readonly number[]; readonly prompt?: readonly number[] };
}

if (process.send !== undefined && process.env.MEDLEY_TEST_FAULT !== undefined) {
  // The host listens first: messages that arrive while nobody does would be lost.
  void import("../../src/worker/modelHost/main.ts").then(() => process.on("message", injectFault));
}

function injectFault({ method, params }: Message): void {
  const fault = process.env.MEDLEY_TEST_FAULT;
  const first = params?.prefix?.[0] ?? params?.prompt?.[0];
  const fatal = (fault === "loading" && method === "load") || (fault === "poison" && first === poison);
  if (fatal) {
    process.stderr.write("GGML_ASSERT(false) failed\n");
    process.kill(process.pid, "SIGSEGV");
  }
  if (fault === "noise") console.log(JSON.stringify({ jsonrpc: "2.0", id: 0, result: null }));
}
