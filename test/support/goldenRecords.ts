import type { Item } from "../../src/core/benchmarks/item.ts";
import type { ModelAnswer, Protocol } from "../../src/core/evaluation/protocol.ts";
import { codePointCount, utf8ByteCount } from "../../src/core/evaluation/pythonText.ts";
import type { ItemRecord } from "../../src/core/runs/itemRecord.ts";
import type { BioMistralGolden, LmEvalGoldenItem } from "./goldenEvaluation.ts";

/** The answer of a model that has exactly the log-likelihoods of the harness. */
export function continuationsAnswer(golden: LmEvalGoldenItem): ModelAnswer {
  return {
    scoring: "continuations",
    logLikelihoods: golden.loglik,
    tokenCounts: golden.cont_tokens,
    characters: golden.choices.map(codePointCount),
    bytes: golden.choices.map(utf8ByteCount),
    greedy: golden.is_greedy,
    ...(golden.loglik_unconditional && { unconditionalLogLikelihoods: golden.loglik_unconditional }),
  };
}

export function nextTokenAnswer(golden: BioMistralGolden["items"][number]): ModelAnswer {
  return {
    scoring: "nextToken",
    next: { token: golden.argmax_id, text: golden.argmax_text, logProbability: Math.log(golden.argmax_prob) },
    labelLogProbabilities: Object.values(golden.letter_prob).map((probability) => Math.log(probability)),
  };
}

/** The record of an answer, as an evaluation writes it. */
export function recordOf<P>(
  protocol: Protocol<P>,
  parameters: P,
  item: Item,
  answer: ModelAnswer,
  fields: Partial<ItemRecord> = {},
): ItemRecord {
  const { prediction, valid, correct, metrics } = protocol.judge(item, answer, parameters);
  return {
    v: 1,
    benchmark: item.benchmark,
    item: item.id,
    draw: 0,
    language: "en",
    order: item.options.map((_, index) => index),
    labels: item.options.map(({ label }) => label),
    gold: [...item.answers],
    shots: [],
    droppedShots: 0,
    promptSha256: "",
    promptTokens: 10,
    truncatedTokens: 0,
    answer,
    prediction,
    valid,
    correct,
    metrics,
    evaluatedTokens: 5,
    minimumTokens: 4,
    milliseconds: 2,
    ...fields,
  };
}
