import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import type { RpcMethod } from "./method.ts";
import { toResponseError } from "./wireErrors.ts";

/** The channel of a forked process to its parent. Listen once every method has its handler. */
export function parentConnection(): MessageConnection {
  return createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
}

/** Answers a method's requests: parameters are checked, cancellation is a signal, errors keep their type on the way. */
export function answer<Params, Result>(
  connection: MessageConnection,
  method: RpcMethod<Params, Result>,
  work: (params: Params, signal: AbortSignal) => Result | Promise<Result>,
): void {
  connection.onRequest(method.name, async (params: unknown, token) => {
    const cancellation = new AbortController();
    token.onCancellationRequested(() => cancellation.abort());
    try {
      return await work(method.params.parse(params), cancellation.signal);
    } catch (error) {
      throw toResponseError(error);
    }
  });
}
