import assert from "node:assert/strict";
import type { Item } from "../../../../src/core/benchmarks/item.ts";
import { bioMistral } from "../../../../src/core/evaluation/protocols/bioMistral.ts";
import { lmEval } from "../../../../src/core/evaluation/protocols/lmEval.ts";
import { meditron } from "../../../../src/core/evaluation/protocols/meditron.ts";
import { resolveParameters } from "../../../../src/core/evaluation/registry.ts";
import { evaluationSummarySchema } from "../../../../src/core/evaluation/summary/evaluationSummary.ts";
import { EvaluationSummarizer } from "../../../../src/core/evaluation/summary/evaluationSummarizer.ts";
import type { ItemRecord } from "../../../../src/core/runs/itemRecord.ts";
import { bioMistralGolden, goldenModels, goldenTask, lmEvalGolden } from "../../../support/goldenEvaluation.ts";
import { continuationsAnswer, nextTokenAnswer, recordOf } from "../../../support/goldenRecords.ts";

const near = (actual: number | null | undefined, expected: number, message: string) =>
  assert.ok(
    typeof actual === "number" && Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)),
    `${message}: ${actual} is not ${expected}`,
  );

const lmEvalParameters = resolveParameters(lmEval);

/** One item with the given properties; right when `answer` is `gold`. */
function record(item: string, answer: number, gold: number, fields: Partial<ItemRecord> = {}): ItemRecord {
  const question: Item = {
    id: item,
    benchmark: "own",
    split: "test",
    question: "",
    context: [],
    options: ["A", "B", "C", "D"].map((label) => ({ label, text: label })),
    answers: [gold],
    language: "en",
    sourceRow: 0,
  };
  const logLikelihoods = [0, 1, 2, 3].map((index) => (index === answer ? -1 : -3));
  const answerOfModel = {
    scoring: "continuations" as const,
    logLikelihoods,
    tokenCounts: [1, 1, 1, 1],
    characters: [1, 1, 1, 1],
    bytes: [1, 1, 1, 1],
    greedy: logLikelihoods.map((value) => value === -1),
  };
  return recordOf(lmEval, lmEvalParameters, question, answerOfModel, fields);
}

function failedRecord(item: string, fields: Partial<ItemRecord> = {}): ItemRecord {
  const { answer: _answer, ...rest } = record(item, 1, 0);
  const failure = { code: "prompt.tooLong", message: "Too long." };
  return { ...rest, prediction: null, valid: false, correct: false, metrics: {}, failure, ...fields };
}

function summarize(records: ItemRecord[], groups: { id: string; members: string[] }[] = []) {
  const summarizer = new EvaluationSummarizer(lmEval, lmEvalParameters, groups);
  for (const each of records) summarizer.add(each);
  const summary = summarizer.summary();
  assert.deepEqual(evaluationSummarySchema.parse(JSON.parse(JSON.stringify(summary))), summary);
  return summary;
}

describe("summary of an evaluation", () => {
  for (const model of goldenModels) {
    it(`equals lm-eval's aggregates, from the harness's log-likelihoods for ${model}`, () => {
      const names = {
        acc: "accuracy",
        acc_norm: "acc_norm",
        acc_bytes: "acc_bytes",
        exact_match: "acc_unconstrained",
        acc_mutual_info: "acc_mutual_info",
        brier_score: "brier",
      };
      for (const [name, golden] of lmEvalGolden(model)) {
        const task = goldenTask(golden.task);
        const parameters = resolveParameters(lmEval, task.parameters);
        const summarizer = new EvaluationSummarizer(lmEval, parameters);
        for (const [index, item] of golden.items.entries()) {
          summarizer.add(recordOf(lmEval, parameters, task.items[index]!, continuationsAnswer(item)));
        }
        const [benchmark] = summarizer.summary().benchmarks;
        for (const [theirs, ours] of Object.entries(names)) {
          const expected = golden.results[`${theirs},none`];
          if (typeof expected !== "number") continue;
          const metric = benchmark!.metrics[theirs === "acc" ? benchmark!.primaryMetric : ours]!;
          near(metric.value, expected, `${name} ${theirs}`);
          const standardError = golden.results[`${theirs}_stderr,none`];
          if (typeof standardError === "number") near(metric.standardError, standardError, `${name} ${theirs} stderr`);
        }
      }
    });
  }

  for (const model of ["nano-mistral", "nano-gpt2"] as const) {
    it(`equals BioMistral's figures, from the golden probabilities of ${model}`, () => {
      const parameters = resolveParameters(bioMistral);
      for (const [name, golden] of bioMistralGolden(model)) {
        const { items } = goldenTask(golden.task);
        const summarizer = new EvaluationSummarizer(bioMistral, parameters);
        golden.items.forEach((item, index) =>
          summarizer.add(recordOf(bioMistral, parameters, items[index]!, nextTokenAnswer(item))),
        );
        const [benchmark] = summarizer.summary().benchmarks;
        const [draw] = benchmark!.draws;
        const { results } = golden;
        const calibration = draw!.calibration!;
        near(benchmark!.metrics.accuracy!.value, results.accuracy!, name);
        near(benchmark!.metrics.acc_constrained!.value, results.accuracy_constrained!, name);
        near(draw!.validRate, results.valid_rate!, name);
        near(calibration.wholeVocabulary.eceFiveBins, results.ece5!, name);
        near(calibration.wholeVocabulary.ece, results.ece10!, name);
        near(calibration.wholeVocabulary.meanConfidence, results.mean_confidence!, name);
        near(calibration.renormalised.eceFiveBins, results.ece5_renormalised!, name);
        near(benchmark!.metrics.brier!.value, results.brier_renormalised!, name);
        near(benchmark!.metrics.nll!.value, results.nll_renormalised!, name);
      }
    });
  }

  it("counts failed items as wrong, leaves them out of probability scores, and says how many there are", () => {
    const [benchmark] = summarize([
      record("1", 0, 0),
      record("2", 1, 0),
      failedRecord("3"),
      failedRecord("4", { failure: { code: "model.hostEnded", message: "Crashed." } }),
    ]).benchmarks;
    const [draw] = benchmark!.draws;
    assert.deepEqual([draw!.n, draw!.failed, draw!.invalid, draw!.validRate], [4, 2, 0, 0.5]);
    assert.deepEqual(draw!.failures, { "prompt.tooLong": 1, "model.hostEnded": 1 });
    assert.equal(benchmark!.metrics.accuracy!.value, 0.25);
    assert.equal(benchmark!.metrics.acc_norm!.value, 0.25);
    assert.equal(benchmark!.metrics.brier!.n, 2);
    assert.equal(draw!.answeredAccuracy!.value, 0.5);
    near(benchmark!.metrics.accuracy!.interval!.low, 0.04558726080970055, "Wilson") // prettier-ignore
  });

  it("tells invalid from failed answers", () => {
    const [benchmark] = summarize([
      record("1", 0, 0),
      record("2", 0, 1, { valid: false, prediction: null, correct: false }),
    ]).benchmarks;
    const [draw] = benchmark!.draws;
    assert.deepEqual([draw!.failed, draw!.invalid, draw!.validRate], [0, 1, 0.5]);
    assert.equal(draw!.answeredAccuracy!.value, 1);
  });

  it("gives mean ± population SD over draws, and an interval with each item as a cluster", () => {
    const right: Record<string, number[]> = { a: [1, 1, 1], b: [1, 0, 1], c: [0, 0, 0], d: [1, 0, 0] };
    const records = Object.entries(right).flatMap(([item, draws]) =>
      draws.map((value, draw) => record(item, value === 1 ? 0 : 1, 0, { draw })),
    );
    const [benchmark] = summarize(records).benchmarks;
    const { accuracy } = benchmark!.metrics;
    assert.deepEqual(accuracy!.values, [0.75, 0.25, 0.5]);
    near(accuracy!.value, 0.5, "mean");
    near(accuracy!.populationSd, Math.sqrt((0.25 ** 2 + 0.25 ** 2) / 3), "SD");
    // Standard error of the mean of the four item means 1, 2/3, 0, 1/3.
    near(accuracy!.standardError, Math.sqrt((0.25 + 1 / 36 + 0.25 + 1 / 36) / 3 / 4), "clustered standard error");
    assert.equal(benchmark!.items, 4);
    assert.equal(benchmark!.draws.length, 3);
  });

  it("shows what position does to the answer", () => {
    const records = [0, 1, 2, 3].flatMap((gold) => [0, 1].map((k) => record(`${gold}${k}`, k === 0 ? 0 : gold, gold)));
    const [draw] = summarize(records).benchmarks[0]!.draws;
    const [bias] = draw!.positionBias;
    assert.equal(bias!.options, 4);
    assert.deepEqual(
      bias!.positions.map(({ predicted, gold, accuracy }) => [predicted, gold, accuracy?.value]),
      [[5, 2, 1], [1, 2, 0.5], [1, 2, 0.5], [1, 2, 0.5]], // prettier-ignore
    );
    near(bias!.againstUniform!.statistic, 6, "chi-square");
    near(bias!.accuracySd, Math.sqrt(3) / 8, "SD of the accuracies");
  });

  it("counts what was cut, dropped and evaluated", () => {
    const summary = summarize([
      record("1", 0, 0, { truncatedTokens: 7, milliseconds: 10 }),
      record("2", 0, 0, { droppedShots: 2, milliseconds: 30 }),
      record("3", 0, 0, { milliseconds: 20 }),
    ]);
    const [draw] = summary.benchmarks[0]!.draws;
    assert.deepEqual([draw!.truncated, draw!.truncatedTokens, draw!.shortened, draw!.droppedShots], [1, 7, 1, 2]);
    const { cost } = summary;
    assert.deepEqual([cost.evaluatedTokens, cost.minimumTokens, cost.promptTokens], [15, 12, 30]);
    assert.deepEqual(cost.millisecondsPerItem, { mean: 20, median: 20, p95: 29 });
    assert.equal(cost.tokensPerSecond, 250);
  });

  it("gives accuracy by subject", () => {
    const [benchmark] = summarize([
      record("1", 0, 0, { subject: "Surgery" }),
      record("2", 1, 0, { subject: "Surgery" }),
      record("3", 0, 0, { subject: "Anatomy" }),
      record("4", 0, 0),
    ]).benchmarks;
    assert.deepEqual(
      benchmark!.subjects.map(({ subject, items, accuracy }) => [subject, items, accuracy.value]),
      [["Anatomy", 1, 1], ["Surgery", 2, 0.5]], // prettier-ignore
    );
  });

  it("puts groups together by size, with lm-eval's pooled standard error", () => {
    // stats/group_stderr: 8 of 40 and 16 of 25.
    const members = [["x", 40, 8], ["y", 25, 16]] as const; // prettier-ignore
    const records = members.flatMap(([benchmark, n, right]) =>
      Array.from({ length: n }, (_, index) => record(`${index}`, index < right ? 0 : 1, 0, { benchmark })),
    );
    const { groups } = summarize(records, [
      { id: "both", members: ["x", "y"] },
      { id: "absent", members: ["x", "z"] },
    ]);
    assert.deepEqual(groups.map(({ group }) => group), ["both"]); // prettier-ignore
    near(groups[0]!.accuracy.value, 0.36923076923076925, "weighted");
    near(groups[0]!.accuracy.standardError, 0.05449288916432097, "pooled");
    const unweighted = new EvaluationSummarizer(bioMistral, resolveParameters(bioMistral), [
      { id: "both", members: ["x", "y"] },
    ]);
    for (const each of records) unweighted.add(each);
    near(unweighted.summary().groups[0]!.accuracy.value, 0.42, "unweighted");
  });

  it("names the method of a group's interval, and reads summaries that were written without it", () => {
    const records = ["x", "y"].flatMap((benchmark) => [
      record("1", 0, 0, { benchmark }),
      record("2", 1, 0, { benchmark }),
    ]);
    const summary = summarize(records, [{ id: "both", members: ["x", "y"] }]);
    assert.equal(summary.groups[0]!.method, "stratifiedScore");
    const { method: _, ...older } = summary.groups[0]!;
    const read = evaluationSummarySchema.parse({ ...summary, groups: [older] });
    assert.deepEqual(read.groups, [{ ...older, method: "joinedWilson" }]);
  });

  it("does not depend on the order of the records, to the last bit", () => {
    const golden = lmEvalGolden("nano-mistral").find(([name]) => name.startsWith("pubmedqa"))![1];
    const { items } = goldenTask("pubmedqa");
    const records = golden.items.map((item, index) =>
      recordOf(lmEval, lmEvalParameters, items[index]!, continuationsAnswer(item)),
    );
    const permuted = [...records.slice(11), ...records.slice(0, 11).reverse()];
    assert.deepEqual(summarize(permuted), summarize(records));
  });

  it("refuses to count an item twice", () => {
    assert.throws(() => summarize([record("1", 0, 0), record("1", 0, 0)]), { code: "run.unusable" });
  });

  it("needs no probabilities", () => {
    const summarizer = new EvaluationSummarizer(meditron, resolveParameters(meditron));
    const { answer: _answer, ...rest } = record("1", 0, 0);
    const answer = { scoring: "generation" as const, text: "A", tokens: 1, stopReason: "maxTokens" as const, seed: 0 };
    summarizer.add({ ...rest, metrics: {}, answer });
    const [draw] = summarizer.summary().benchmarks[0]!.draws;
    assert.equal(draw!.calibration, null);
    assert.equal(draw!.metrics.accuracy!.standardError, null);
  });
});
