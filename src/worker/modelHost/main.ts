import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { generatedNotification, methods, type RpcMethod } from "../../node/modelHost/protocol.ts";
import { toWireError } from "../../node/modelHost/wireErrors.ts";
import { ModelError } from "../../core/errors.ts";
import { LoadedModel } from "./loadedModel.ts";

/**
 * Entry point of the model host: a child process that holds one model and answers over its IPC channel.
 * Native code may print to stdout and stderr; the protocol does not use them.
 */

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));

// Native threads may be busy for long, and an orderly exit would wait for them.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

// Ctrl-C in a terminal reaches every process of the command. Its first process decides what happens then.
process.on("SIGINT", () => undefined);

let model: LoadedModel | undefined;

function loaded(): LoadedModel {
  if (model === undefined) throw new ModelError("No model is loaded.");
  return model;
}

function handle<Params, Result>(
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

handle(methods.load, async (params) => {
  if (model !== undefined) throw new ModelError("A model is loaded already.");
  const { model: loadedModel, result } = await LoadedModel.load(params);
  model = loadedModel;
  return result;
});
handle(methods.tokenize, ({ texts, parseSpecial }) => loaded().vocabulary.tokenize(texts, parseSpecial));
handle(methods.tokenTexts, ({ tokens }) => loaded().vocabulary.tokenTexts(tokens));
handle(methods.tokensDecodingTo, ({ texts }) => loaded().vocabulary.tokensDecodingTo(texts));
handle(methods.score, (request, signal) => loaded().score(request, signal));
handle(methods.generate, (request, signal) =>
  loaded().generate(request, signal, (piece) => {
    void connection.sendNotification(generatedNotification, { stream: request.stream, piece });
  }),
);
handle(methods.embed, ({ texts }, signal) => loaded().embed(texts, signal));
handle(methods.unload, async () => {
  await model?.dispose();
  model = undefined;
  // The answer has to leave first.
  setImmediate(() => process.disconnect());
  return null;
});

connection.listen();
