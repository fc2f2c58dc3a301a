import type { MessageConnection } from "vscode-jsonrpc/node";
import { toWireError } from "../modelHost/wireErrors.ts";
import type { RpcMethod } from "./method.ts";

/** Answers a method's requests: parameters are checked, cancellation is a signal, errors keep their type on the way. */
export function handle<Params, Result>(
  connection: MessageConnection,
  method: RpcMethod<Params, Result>,
  answer: (params: Params, signal: AbortSignal) => Result | Promise<Result>,
): void {
  connection.onRequest(method.name, async (params: unknown, token) => {
    const cancellation = new AbortController();
    token.onCancellationRequested(() => cancellation.abort());
    try {
      return await answer(method.params.parse(params), cancellation.signal);
    } catch (error) {
      throw toWireError(error);
    }
  });
}
