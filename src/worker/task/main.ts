import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { defaultDataFolder } from "../../node/benchmarks/dataFolder.ts";
import { chooseRun, type ChosenRun } from "../../node/evaluation/chooseRun.ts";
import { describePrompts } from "../../node/evaluation/describePrompts.ts";
import { prepareModels } from "../../node/evaluation/evaluateModels.ts";
import { prepareMergeRun } from "../../node/merge/createMergeRun.ts";
import { borrowFrom } from "../../node/modelHost/lentModel.ts";
import { listModelsOrProblem } from "../../node/models/listModels.ts";
import { readCellResult } from "../../node/notebook/readCellResult.ts";
import { tasks } from "../../node/tasks/protocol.ts";
import { handle } from "../../node/rpc/handle.ts";

/** Entry point of a task process: it answers one request over its IPC channel and is ended by whoever asked. */

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));

process.on("disconnect", () => process.exit());

handle(connection, tasks.prepareEvaluation, async ({ configuration, baseFolder, runsFolder, fresh }) => {
  const dataFolder = defaultDataFolder();
  const evaluations = await prepareModels(configuration, { baseFolder, dataFolder, runsFolder });
  const runs: ChosenRun[] = [];
  for (const evaluation of evaluations) runs.push(await chooseRun(runsFolder, evaluation, fresh));
  return runs;
});

handle(connection, tasks.cellResult, async ({ folders, compare }) => {
  const { markdown } = await readCellResult(folders, { compare: compare ? "paired" : "none" });
  return { markdown };
});

handle(connection, tasks.describePrompts, ({ configuration, baseFolder }) =>
  describePrompts(configuration, baseFolder, defaultDataFolder(), borrowFrom(connection)),
);

handle(connection, tasks.listModels, async ({ folders, known }) => {
  const byPath = new Map(known.map((model) => [model.path, model]));
  return await Promise.all(folders.map((folder) => listModelsOrProblem(folder, byPath)));
});

handle(connection, tasks.prepareMerge, prepareMergeRun);

connection.listen();
