import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { planMethods } from "../../node/merge/planProtocol.ts";
import { PlanReader } from "../../node/merge/planReader.ts";
import { handle } from "../../node/rpc/handle.ts";

/** Entry point of the process that plans merges for the panel of a window. It lives as long as it is asked. */

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));

process.on("disconnect", () => process.exit());

const reader = new PlanReader();

handle(connection, planMethods.view, (request) => reader.view(request));
handle(connection, planMethods.tensors, ({ merge, ...request }) => reader.tensors(request, merge));

connection.listen();
