import assert from "node:assert/strict";
import { ItemEvaluator } from "../../src/core/evaluation/itemEvaluator.ts";
import { planUnits } from "../../src/core/evaluation/plan.ts";
import type { Protocol } from "../../src/core/evaluation/protocol.ts";
import { bioMistral } from "../../src/core/evaluation/protocols/bioMistral.ts";
import { lmEval } from "../../src/core/evaluation/protocols/lmEval.ts";
import { resolveParameters } from "../../src/core/evaluation/registry.ts";
import { EvaluationSummarizer } from "../../src/core/evaluation/summary/evaluationSummarizer.ts";
import type { ShotsSetting } from "../../src/core/evaluation/shotSource.ts";
import type { HostedModel } from "../../src/node/backends/llamaCpp/hostedModel.ts";
import type { ItemRecord } from "../../src/core/runs/itemRecord.ts";
import { openModel } from "../../src/node/backends/llamaCpp/openModel.ts";
import {
  bioMistralGolden,
  goldenTask,
  lmEvalGolden,
  type goldenModels,
  type LmEvalGoldenItem,
} from "./goldenEvaluation.ts";
import { modelFile } from "./models.ts";

export type GoldenModel = (typeof goldenModels)[number];

/**
 * Accepted difference from the harness in nats for an option of so many tokens, with float32 weights and attention cache.
 * nano-gpt2: ggml looks GELU up in a half-precision table.
 */
const tolerance: Record<GoldenModel, (tokens: number) => number> = {
  stories260k: () => 3e-4,
  "nano-mistral": (tokens) => 5e-4 * tokens,
  "nano-gpt2": () => 3e-2,
};

interface Run<P> {
  model: HostedModel;
  protocol: Protocol<P>;
  parameters: P;
  task: ReturnType<typeof goldenTask>;
  shots: ShotsSetting;
  window: number;
}

/** Evaluates a golden task as a run does. Records by item id, and the summary's metrics. */
async function evaluate<P>({ model, protocol, parameters, task, shots, window }: Run<P>) {
  const { benchmark, items, pool } = task;
  const units = planUnits({ benchmark, items, shotPool: pool, protocol, parameters, shots });
  const evaluator = new ItemEvaluator({ model, protocol, parameters, window });
  const summarizer = new EvaluationSummarizer(protocol, parameters);
  const records = new Map<string, ItemRecord>();
  for await (const prepared of evaluator.prepareAll(units)) {
    const record = await evaluator.evaluate(prepared);
    records.set(record.item, record);
    summarizer.add(record);
    if (prepared.encoded instanceof Error) throw prepared.encoded;
  }
  return { records, summary: summarizer.summary().benchmarks[0]! };
}

/** Loads a model once for all tests of the suite in which this is called. */
function loadedModel(name: GoldenModel): () => HostedModel {
  let model: HostedModel | undefined;
  before(async () => {
    const contextLength = name === "nano-gpt2" ? 1024 : 4096;
    model = await openModel(await modelFile(`${name}.f32`), {
      gpu: "none",
      kvCacheType: "F32",
      contextLength,
      // The files of these tests run beside each other.
      threads: 1,
    });
  });
  after(() => model?.dispose());
  return () => model!;
}

function compareContinuations(name: GoldenModel, expected: LmEvalGoldenItem, record: ItemRecord, where: string): void {
  const { answer } = record;
  assert.ok(answer?.scoring === "continuations", where);
  assert.deepEqual(answer.tokenCounts, expected.cont_tokens, where);
  const within = tolerance[name](Math.max(...expected.cont_tokens));
  expected.loglik.forEach((value, index) => {
    const difference = Math.abs(answer.logLikelihoods[index]! - value);
    assert.ok(difference <= tolerance[name](expected.cont_tokens[index]!), `${where} option ${index}: ${difference}`);
  });
  expected.loglik_unconditional?.forEach((value, index) => {
    const difference = Math.abs(answer.unconditionalLogLikelihoods![index]! - value);
    assert.ok(difference <= 2 * within, `${where} option ${index} alone: ${difference}`);
  });
  if (expected.margin > 2 * within) assert.equal(record.prediction, expected.pred, where);
  const multiple = expected.truncated.some(Boolean);
  assert.equal(record.truncatedTokens > 0, multiple, where);
}

/** Evaluates every golden task of a model as lm-evaluation-harness does, and compares each item with its results. */
export function testLmEval(name: GoldenModel): void {
  describe(`results equal lm-evaluation-harness's on every golden item of ${name}`, () => {
    const model = loadedModel(name);
    for (const [file, golden] of lmEvalGolden(name)) {
      it(file, async () => {
        const task = goldenTask(golden.task);
        const bos = golden.bos === "default" ? "tokenizer" : "none";
        const { records, summary } = await evaluate({
          model: model(),
          protocol: lmEval,
          parameters: resolveParameters(lmEval, { ...task.parameters, bos }),
          task,
          shots: task.shots?.(golden.num_fewshot) ?? golden.num_fewshot,
          window: golden.max_length,
        });
        assert.equal(records.size, golden.items.length);
        for (const item of golden.items) compareContinuations(name, item, records.get(item.id)!, `${file} ${item.id}`);
        compareSummary(summary, golden.results, file);
      });
    }
  });
}

function compareSummary(
  summary: Awaited<ReturnType<typeof evaluate>>["summary"],
  results: Record<string, number | string>,
  file: string,
): void {
  const accuracy = summary.metrics[summary.primaryMetric]!;
  const exact = summary.primaryMetric === "accuracy" ? 1e-12 : 1e-3;
  assert.ok(Math.abs(accuracy.value - Number(results["acc,none"])) <= exact, `${file}: ${accuracy.value}`);
  assert.ok(Math.abs(accuracy.standardError! - Number(results["acc_stderr,none"])) <= exact, file);
  for (const [theirs, ours] of [
    ["acc_norm", "acc_norm"],
    ["acc_bytes", "acc_bytes"],
    ["exact_match", "acc_unconstrained"],
    ["acc_mutual_info", "acc_mutual_info"],
  ] as const) {
    const expected = results[`${theirs},none`];
    if (typeof expected === "number") assert.equal(summary.metrics[ours]!.value, expected, `${file} ${theirs}`);
  }
}

/** The same for the protocol of the BioMistral paper. */
export function testBioMistral(name: Exclude<GoldenModel, "stories260k">): void {
  describe(`results equal BioMistral's protocol on every golden item of ${name}`, () => {
    const model = loadedModel(name);
    for (const [file, golden] of bioMistralGolden(name)) {
      it(file, async () => {
        const { records, summary } = await evaluate({
          model: model(),
          protocol: bioMistral,
          parameters: resolveParameters(bioMistral),
          task: goldenTask(golden.task),
          shots: { kind: "first", count: golden.num_fewshot },
          window: 4096,
        });
        for (const item of golden.items) {
          const record = records.get(item.id)!;
          const where = `${file} ${item.id}`;
          assert.equal(record.promptSha256, item.prompt_sha256, where);
          assert.equal(record.promptTokens, item.n_tokens, where);
          assert.ok(record.answer?.scoring === "nextToken");
          assert.equal(record.answer.next.token, item.argmax_id, where);
          // transformers drops the space with which a SentencePiece token begins.
          assert.equal(record.answer.next.text.replace(/^ (?=.)/, ""), item.argmax_text.replace(/^ (?=.)/, ""), where);
          assert.equal(record.correct, item.correct, where);
          assert.equal(record.valid, item.valid, where);
          assert.equal(record.metrics.acc_constrained, Number(item.correct_constrained), where);
          Object.values(item.letter_prob).forEach((probability, index) => {
            const difference = Math.abs(Math.log(record.probabilities![index]!) - Math.log(probability));
            assert.ok(difference <= tolerance[name](1), `${where} ${index}: ${difference}`);
          });
        }
        const { results } = golden;
        assert.equal(summary.metrics.accuracy!.value, results.accuracy, file);
        assert.equal(summary.metrics.acc_constrained!.value, results.accuracy_constrained, file);
        const ece = summary.draws[0]!.calibration!.wholeVocabulary.eceFiveBins;
        assert.ok(Math.abs(ece - results.ece5!) <= 2e-2, `${file}: ${ece} ${results.ece5}`);
      });
    }
  });
}
