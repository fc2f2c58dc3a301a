import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { defaultDataFolder } from "../../node/benchmarks/dataFolder.ts";
import { borrowFrom } from "../../node/modelHost/lentModel.ts";
import { resultMethods } from "../../node/results/protocol.ts";
import { ResultReader } from "../../node/results/resultReader.ts";
import { handle } from "../../node/rpc/handle.ts";

/** Entry point of the process that reads results for the pages of a window. It lives as long as it is asked. */

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));

process.on("disconnect", () => process.exit());

const reader = new ResultReader(defaultDataFolder(), borrowFrom(connection));

handle(connection, resultMethods.partialRun, ({ folder }) => reader.partialRun(folder));
handle(connection, resultMethods.comparison, ({ folders }) => reader.comparison(folders));
handle(connection, resultMethods.items, ({ folders, query: { benchmark, ...query } }) =>
  reader.items(folders, benchmark, query),
);
handle(connection, resultMethods.item, ({ folders, name }) => reader.item(folders, name));
handle(connection, resultMethods.prompt, ({ folder, name, withTokens }) => reader.prompt(folder, name, withTokens));

connection.listen();
