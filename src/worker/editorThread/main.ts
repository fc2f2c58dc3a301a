import { parentPort } from "node:worker_threads";
import { createMessageConnection, PortMessageReader, PortMessageWriter } from "vscode-jsonrpc/node";
import { backends } from "../../node/backends/registry.ts";
import { editorMethods } from "../../node/editorThread/protocol.ts";
import { toFactsMessage } from "../../node/checkpoint/factsMessage.ts";
import { lookUpModel } from "../../node/merge/lookUpModels.ts";
import { answer } from "../../node/processes/answer.ts";

/** A thread of the editor: answers what would hold up the extension host. */

const port = parentPort!;
const connection = createMessageConnection(new PortMessageReader(port), new PortMessageWriter(port));
answer(connection, editorMethods.readHeader, ({ path }) => backends.readHeader(path));

answer(connection, editorMethods.lookUpModel, async ({ reference, folder }) =>
  toFactsMessage(await lookUpModel(reference, { folder })),
);

connection.listen();
