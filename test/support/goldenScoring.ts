import { createHash } from "node:crypto";
import { planUnits } from "../../src/core/evaluation/plan.ts";
import { lmEval } from "../../src/core/evaluation/protocols/lmEval.ts";
import { resolveParameters } from "../../src/core/evaluation/registry.ts";
import type { ContinuationScore, ModelWith } from "../../src/core/models/languageModel.ts";
import { goldenTask, type LmEvalGolden, type LmEvalGoldenItem } from "./goldenEvaluation.ts";

/** What a comparison of a model with golden values found. Log-likelihoods in nats. */
export interface Comparison {
  choices: number;
  /** Largest difference of a choice's log-likelihood. */
  largest: number;
  /** Largest difference divided by the choice's number of tokens. */
  largestPerToken: number;
  predictionsDiffering: string[];
  greedyDiffering: string[];
  evaluatedTokens: number;
  items: number;
}

/**
 * Scores items of a golden file with `model` and compares the log-likelihoods. Contexts are the protocol's, their
 * tokens are checked against the harness's, and the continuations' tokens are the harness's.
 */
export async function compareWithGolden(
  model: ModelWith<"tokenizer" | "scorer">,
  golden: LmEvalGolden,
  items: readonly LmEvalGoldenItem[] = golden.items,
): Promise<Comparison> {
  const contexts = contextsOf(golden);
  const found: Comparison = {
    choices: 0,
    largest: 0,
    largestPerToken: 0,
    predictionsDiffering: [],
    greedyDiffering: [],
    evaluatedTokens: 0,
    items: items.length,
  };
  const note = (expected: readonly number[], scores: readonly ContinuationScore[]) => {
    for (const [index, score] of scores.entries()) {
      const difference = Math.abs(sum(score.tokenLogProbabilities) - expected[index]!);
      if (!Number.isFinite(difference)) throw new Error("A log-likelihood is not finite.");
      found.choices++;
      found.largest = Math.max(found.largest, difference);
      found.largestPerToken = Math.max(found.largestPerToken, difference / score.tokenLogProbabilities.length);
    }
  };
  for (const item of items) {
    const context = await contextTokens(model, golden, item, contexts.get(item.id)!);
    const { scores, evaluatedTokens } = await scoreItem(model, context, item.cont_ids, golden.max_length);
    note(item.loglik, scores);
    found.evaluatedTokens += evaluatedTokens;
    const logLikelihoods = scores.map((score) => sum(score.tokenLogProbabilities));
    if (logLikelihoods.indexOf(Math.max(...logLikelihoods)) !== item.pred) found.predictionsDiffering.push(item.id);
    if (scores.some((score, index) => score.greedy !== item.is_greedy[index])) found.greedyDiffering.push(item.id);
  }
  return found;
}

function contextsOf(golden: LmEvalGolden): Map<string, string> {
  const task = goldenTask(golden.task);
  const parameters = resolveParameters(lmEval, task.parameters);
  const units = planUnits({
    benchmark: task.benchmark,
    items: task.items,
    shotPool: task.pool,
    protocol: lmEval,
    parameters,
    shots: task.shots?.(golden.num_fewshot) ?? golden.num_fewshot,
  });
  return new Map(
    units.map(({ item, shots }) => [item.id, lmEval.prompt(item, shots, parameters).request.context] as const),
  );
}

/** Token ids of the context, checked against the hash of those that the harness used. */
async function contextTokens(
  model: ModelWith<"tokenizer" | "scorer">,
  golden: LmEvalGolden,
  item: LmEvalGoldenItem,
  context: string,
): Promise<number[]> {
  const [tokens] = await model.tokenize([context], false);
  const { bos, addsBos } = model.description;
  const ids = golden.bos === "default" && addsBos ? [bos!.token, ...tokens!] : tokens!;
  const hash = createHash("sha256").update(ids.join(",")).digest("hex");
  if (hash !== item.context_ids_sha256) throw new Error(`${item.id}: the context is tokenized differently.`);
  return ids;
}

/** One request for all choices, unless the harness cut the context differently for each. */
async function scoreItem(
  model: ModelWith<"tokenizer" | "scorer">,
  context: number[],
  choices: number[][],
  longest: number,
) {
  const cut = choices.map((choice) => Math.max(0, context.length + choice.length - (longest + 1)));
  const requests =
    new Set(cut).size === 1
      ? [{ prefix: context.slice(cut[0]), continuations: choices }]
      : choices.map((choice, index) => ({ prefix: context.slice(cut[index]), continuations: [choice] }));
  const results = await Promise.all(requests.map((request) => model.score(request)));
  return {
    scores: results.flatMap((result) => result.continuations),
    evaluatedTokens: sum(results.map((result) => result.evaluatedTokens)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
