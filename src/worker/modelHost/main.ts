import { generatedNotification, methods } from "../../node/backends/llamaCpp/protocol.ts";
import { renderChatTemplate } from "../../core/prompts/chatTemplate.ts";
import { ModelError } from "../../core/errors.ts";
import { answer, parentConnection } from "../../node/processes/answer.ts";
import { LoadedModel } from "./loadedModel.ts";

/**
 * Entry point of the model host: a child process that holds one model and answers over its IPC channel.
 * Native code may print to stdout and stderr; the protocol does not use them.
 */

const connection = parentConnection();

// Native threads may be busy for long, and an orderly exit would wait for them.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

// Ctrl-C in a terminal reaches every process of the command. Its first process decides what happens then.
process.on("SIGINT", () => undefined);

let model: LoadedModel | undefined;

function loaded(): LoadedModel {
  if (model === undefined) throw new ModelError("No model is loaded.");
  return model;
}

answer(connection, methods.load, async (params) => {
  if (model !== undefined) throw new ModelError("A model is loaded already.");
  const { model: loadedModel, result } = await LoadedModel.load(params);
  model = loadedModel;
  return result;
});
answer(connection, methods.tokenize, ({ texts, parseSpecial }) => loaded().vocabulary.tokenize(texts, parseSpecial));
answer(connection, methods.tokenTexts, ({ tokens }) => loaded().vocabulary.tokenTexts(tokens));
answer(connection, methods.tokensDecodingTo, ({ texts }) => loaded().vocabulary.tokensDecodingTo(texts));
answer(connection, methods.renderChat, async ({ template, messages, ...tokens }) =>
  renderChatTemplate(template, messages, tokens),
);
answer(connection, methods.score, (request, signal) => loaded().score(request, signal));
answer(connection, methods.generate, (request, signal) =>
  loaded().generate(request, signal, (piece) => {
    void connection.sendNotification(generatedNotification, { stream: request.stream, piece });
  }),
);
answer(connection, methods.embed, ({ texts }, signal) => loaded().embed(texts, signal));
answer(connection, methods.unload, async () => {
  await model?.dispose();
  model = undefined;
  // The answer has to leave first.
  setImmediate(() => process.disconnect());
  return null;
});

connection.listen();
