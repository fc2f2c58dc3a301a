import { parentPort } from "node:worker_threads";
import { createMessageConnection, PortMessageReader, PortMessageWriter } from "vscode-jsonrpc/node";
import { editorMethods, type PlaceParams } from "../../node/editorThread/protocol.ts";
import { toFactsMessage } from "../../node/checkpoint/factsMessage.ts";
import { lookUpModel } from "../../node/merge/lookUpModels.ts";
import { readModelHeader } from "../../node/models/readModelHeader.ts";
import type { SchemaLanguage } from "../../node/yaml/schemaLanguage.ts";
import { answer } from "../../node/processes/answer.ts";

/** A thread of the editor: answers what would hold up the extension host. */

const port = parentPort!;
const connection = createMessageConnection(new PortMessageReader(port), new PortMessageWriter(port));
const languages = new Map<string, SchemaLanguage>();

async function languageOf({ id, schema }: PlaceParams): Promise<SchemaLanguage> {
  // A thread that reads models does without it.
  const { SchemaLanguage } = await import("../../node/yaml/schemaLanguage.ts");
  const language = languages.get(id) ?? new SchemaLanguage(id, schema);
  languages.set(id, language);
  return language;
}

answer(connection, editorMethods.complete, async (place) =>
  (await languageOf(place)).complete(place.text, place.offset),
);

answer(connection, editorMethods.hover, async (place) => {
  const hover = await (await languageOf(place)).hover(place.text, place.offset);
  return hover ?? null;
});

answer(connection, editorMethods.readHeader, ({ path }) => readModelHeader(path));

answer(connection, editorMethods.lookUpModel, async ({ reference, folder }) =>
  toFactsMessage(await lookUpModel(reference, { folder })),
);

connection.listen();
