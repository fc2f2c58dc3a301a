import assert from "node:assert/strict";
import { bioMistral } from "../../../src/core/evaluation/protocols/bioMistral.ts";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import { resolveParameters } from "../../../src/core/evaluation/registry.ts";
import { bioMistralGolden, goldenModels, goldenTask, lmEvalGolden } from "../../support/goldenEvaluation.ts";
import { continuationsAnswer, nextTokenAnswer } from "../../support/goldenRecords.ts";

const near = (actual: number, expected: number, message: string) =>
  assert.ok(
    Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)),
    `${message}: ${actual} ${expected}`,
  );

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("judgements equal the originals', from the originals' log-likelihoods", () => {
  for (const model of goldenModels) {
    it(`lm-eval, every item of ${model}`, () => {
      for (const [name, golden] of lmEvalGolden(model)) {
        const task = goldenTask(golden.task);
        const parameters = resolveParameters(lmEval, task.parameters);
        const briers: number[] = [];
        for (const [index, item] of golden.items.entries()) {
          const judgement = lmEval.judge(task.items[index]!, continuationsAnswer(item), parameters);
          const { metrics } = judgement;
          const where = `${name} ${item.id}`;
          assert.equal(judgement.prediction, item.pred, where);
          assert.equal(judgement.valid, true);
          if (golden.task === "truthfulqa_mc2") {
            near(metrics.mc2!, item.metrics.acc!, where);
            continue;
          }
          assert.equal(Number(judgement.correct), item.metrics.acc, where);
          assert.equal(metrics.acc_norm, Number(item.pred_norm === item.gold), where);
          assert.equal(metrics.acc_bytes, Number(item.pred_bytes === item.gold), where);
          if ("acc_norm" in item.metrics) assert.equal(metrics.acc_norm, item.metrics.acc_norm, where);
          if ("exact_match" in item.metrics) assert.equal(metrics.acc_unconstrained, item.metrics.exact_match, where);
          assert.equal(metrics.acc_mutual_info, item.metrics.acc_mutual_info, where);
          briers.push(metrics.brier!);
        }
        const brier = golden.results["brier_score,none"];
        if (typeof brier === "number") near(mean(briers), brier, name);
      }
    });
  }

  for (const model of ["nano-mistral", "nano-gpt2"] as const) {
    it(`biomistral, every item of ${model}`, () => {
      for (const [name, golden] of bioMistralGolden(model)) {
        const task = goldenTask(golden.task);
        const judgements = golden.items.map((item, index) => {
          const judgement = bioMistral.judge(task.items[index]!, nextTokenAnswer(item), resolveParameters(bioMistral));
          assert.equal(judgement.correct, item.correct, `${name} ${item.id}`);
          assert.equal(judgement.valid, item.valid);
          assert.equal(judgement.metrics.acc_constrained, Number(item.correct_constrained));
          Object.values(item.letter_prob).forEach((probability, k) =>
            near(judgement.probabilities![k]!, probability, name),
          );
          return judgement;
        });
        near(mean(judgements.map(({ metrics }) => metrics.brier!)), golden.results.brier_renormalised!, name);
        near(mean(judgements.map(({ metrics }) => metrics.nll!)), golden.results.nll_renormalised!, name);
      }
    });
  }
});
