import { backends } from "../../node/backends/registry.ts";
import { defaultDataFolder } from "../../node/benchmarks/dataFolder.ts";
import { chooseRun, type ChosenRun } from "../../node/evaluation/chooseRun.ts";
import { describePrompts } from "../../node/evaluation/describePrompts.ts";
import { prepareModels } from "../../node/evaluation/evaluateModels.ts";
import { prepareMergeRun } from "../../node/merge/createMergeRun.ts";
import { planMethods } from "../../node/merge/planProtocol.ts";
import { PlanReader } from "../../node/merge/planReader.ts";
import { borrowFrom } from "../../node/backends/lentModel.ts";
import { readCellResult } from "../../node/notebook/readCellResult.ts";
import { answer, parentConnection } from "../../node/processes/answer.ts";
import { resultMethods } from "../../node/results/protocol.ts";
import { ResultReader } from "../../node/results/resultReader.ts";
import { tasks } from "../../node/service/tasks.ts";

/**
 * Entry point of a service process. A window keeps one for questions, which lives as long as it is asked; a task has
 * one of its own, which is ended by whoever asked.
 */

const connection = parentConnection();
const borrow = borrowFrom(connection);
const dataFolder = defaultDataFolder();

process.on("disconnect", () => process.exit());

const results = new ResultReader(dataFolder, borrow);
answer(connection, resultMethods.partialRun, ({ folder }) => results.partialRun(folder));
answer(connection, resultMethods.comparison, ({ folders }) => results.comparison(folders));
answer(connection, resultMethods.items, ({ folders, query: { benchmark, ...query } }) =>
  results.items(folders, benchmark, query),
);
answer(connection, resultMethods.item, ({ folders, name }) => results.item(folders, name));
answer(connection, resultMethods.prompt, ({ folder, name, withTokens }) =>
  results.prompt(folder, name, { withTokens }),
);

const plans = new PlanReader();
answer(connection, planMethods.view, (request) => plans.view(request));
answer(connection, planMethods.tensors, ({ merge, ...request }) => plans.tensors(request, merge));

answer(connection, tasks.prepareEvaluation, async ({ configuration, baseFolder, runsFolder, fresh }) => {
  const evaluations = await prepareModels(configuration, { baseFolder, dataFolder, runsFolder });
  const runs: ChosenRun[] = [];
  for (const evaluation of evaluations) runs.push(await chooseRun(runsFolder, evaluation, { fresh }));
  return runs;
});
answer(connection, tasks.cellResult, async ({ folders, compare }) => {
  const { markdown } = await readCellResult(folders, { compare: compare ? "paired" : "none" });
  return { markdown };
});
answer(connection, tasks.describePrompts, ({ configuration, baseFolder }) =>
  describePrompts(configuration, baseFolder, dataFolder, borrow),
);
answer(connection, tasks.listModels, async ({ folders, known }) => {
  const byPath = new Map(known.map((model) => [model.path, model]));
  return await Promise.all(folders.map((folder) => backends.listOrProblem(folder, byPath)));
});
answer(connection, tasks.prepareMerge, prepareMergeRun);

connection.listen();
