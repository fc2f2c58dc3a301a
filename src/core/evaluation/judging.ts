import type { Item } from "../benchmarks/item.ts";
import { brierScore, softmax } from "../statistics/probabilityScores.ts";
import type { Judgement, ModelAnswer } from "./protocol.ts";
import { largest } from "../lists.ts";

type AnswerOf<Scoring extends ModelAnswer["scoring"]> = Extract<ModelAnswer, { scoring: Scoring }>;

/**
 * The answer, which must be of the kind that the protocol asked for.
 * @throws TypeError otherwise: a record of another protocol was passed
 */
export function answerOf<Scoring extends ModelAnswer["scoring"]>(
  answer: ModelAnswer,
  scoring: Scoring,
): AnswerOf<Scoring> {
  if (answer.scoring !== scoring) throw new TypeError(`expected an answer by ${scoring}, got ${answer.scoring}`);
  return answer as AnswerOf<Scoring>;
}

/** Index of the largest value, the first of equals as numpy's argmax has it; null when all are −∞. */
export function argMax(values: readonly number[]): number | null {
  let best: number | null = null;
  for (const [index, value] of values.entries()) {
    if (value > (best === null ? -Infinity : values[best]!)) best = index;
  }
  return best;
}

/** Log-probabilities as numbers again: −∞ is stored as null. */
export function fromStored(values: readonly (number | null)[]): number[] {
  return values.map((value) => value ?? -Infinity);
}

/**
 * Brier score (sum over the options of squared differences, as in lm-eval) and negative log-likelihood (nats) of the
 * renormalised option probabilities, for an item with one right answer. A right answer of probability 0 has no finite
 * log-likelihood: then `nll` is left out.
 */
export function probabilityScores(item: Item, logProbabilities: readonly number[]): { brier?: number; nll?: number } {
  const probabilities = softmax(logProbabilities);
  const gold = item.answers[0];
  if (probabilities === undefined || gold === undefined || item.answers.length !== 1) return {};
  const brier = brierScore(probabilities, gold);
  const nll = negativeLogProbability(gold, logProbabilities);
  return Number.isFinite(nll) ? { brier, nll } : { brier };
}

/** −log softmax(values)[index], by way of the largest value so that nothing underflows. */
function negativeLogProbability(index: number, values: readonly number[]): number {
  const top = largest(values);
  const total = values.reduce((sum, value) => sum + Math.exp(value - top), 0);
  return Math.log(total) - (values[index]! - top);
}

/** 1 or 0. */
export function indicator(condition: boolean): number {
  return condition ? 1 : 0;
}

/**
 * The metrics of lm-eval's `multiple_choice`: prediction by the largest log-likelihood, further ones by log-likelihood
 * per character (`acc_norm`), per byte (`acc_bytes`) and less the unconditional one (`acc_mutual_info`); whether a
 * right option would also have been generated greedily (`acc_unconstrained`, lm-eval's `exact_match`). Ties go to the
 * first option.
 */
export function judgeContinuations(item: Item, given: ModelAnswer): Judgement {
  const answer = answerOf(given, "continuations");
  const logLikelihoods = fromStored(answer.logLikelihoods);
  const isRight = (index: number | null) => index !== null && item.answers.includes(index);
  const accuracyBy = (values: readonly number[]) => indicator(isRight(argMax(values)));
  const unconditional = answer.unconditionalLogLikelihoods;
  const prediction = argMax(logLikelihoods);
  return {
    prediction,
    valid: prediction !== null,
    correct: isRight(prediction),
    metrics: {
      acc_norm: accuracyBy(logLikelihoods.map((value, index) => value / answer.characters[index]!)),
      acc_bytes: accuracyBy(logLikelihoods.map((value, index) => value / answer.bytes[index]!)),
      acc_unconstrained: indicator(item.answers.some((index) => answer.greedy[index])),
      ...(unconditional && {
        acc_mutual_info: accuracyBy(logLikelihoods.map((value, index) => value - (unconditional[index] ?? -Infinity))),
      }),
      ...probabilityScores(item, logLikelihoods),
    },
    probabilities: logLikelihoods.map(Math.exp),
  };
}

/**
 * Prediction by the most probable token of the whole vocabulary: what is no label is invalid and wrong. Beside it
 * `acc_constrained`, the accuracy of the most probable label.
 */
export function judgeNextToken(item: Item, given: ModelAnswer, labels: readonly string[]): Judgement {
  const answer = answerOf(given, "nextToken");
  const logProbabilities = fromStored(answer.labelLogProbabilities);
  const named = labels.indexOf(answer.next.text);
  const constrained = argMax(logProbabilities);
  return {
    prediction: named < 0 ? null : named,
    valid: named >= 0,
    correct: item.answers.includes(named),
    metrics: {
      acc_constrained: indicator(constrained !== null && item.answers.includes(constrained)),
      ...probabilityScores(item, logProbabilities),
    },
    probabilities: logProbabilities.map(Math.exp),
  };
}
