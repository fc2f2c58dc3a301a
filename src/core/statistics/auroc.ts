import { StatisticsError } from "../errors.ts";
import { bisect } from "./bisect.ts";
import { checkOutcomes, outcomesByConfidence } from "./calibration.ts";
import { normalQuantile } from "./distributions.ts";
import { checkConfidence, defaultConfidence, type Interval } from "./interval.ts";

/**
 * Area under the ROC curve of confidence as a detector of right answers: the probability that a right answer has the
 * higher confidence, ties counting half (Mann–Whitney U over its maximum; Hanley and McNeil, Radiology 143, 1982).
 * Undefined when all answers are right or all are wrong.
 * @throws StatisticsError when there are no items or a confidence is not in [0, 1]
 */
export function confidenceAuroc(confidences: readonly number[], correct: readonly boolean[]): number | undefined {
  checkOutcomes(confidences, correct);
  const right = correct.reduce((sum, value) => sum + Number(value), 0);
  const wrong = correct.length - right;
  if (right === 0 || wrong === 0) return undefined;
  // Walking up the confidences, each right answer beats the wrong ones below and half of the wrong ones level with it.
  const outcomes = outcomesByConfidence(confidences, correct);
  let wrongBelow = 0;
  let wins = 0;
  for (let start = 0; start < outcomes.length;) {
    let end = start;
    while (end < outcomes.length && outcomes[end]!.confidence === outcomes[start]!.confidence) end++;
    const rightHere = Math.round(outcomes[start]!.accuracy * (end - start));
    const wrongHere = end - start - rightHere;
    wins += rightHere * (wrongBelow + wrongHere / 2);
    wrongBelow += wrongHere;
    start = end;
  }
  return wins / (right * wrong);
}

/**
 * Newcombe's method 5 for the area under the ROC curve (Statistics in Medicine 25, 2006, 559–573): the values θ that are
 * within z standard errors of the estimate, with Hanley and McNeil's variance at θ. For independent items. It has width
 * even at 0 and 1.
 * @param right number of right answers, positive
 * @param wrong number of wrong answers, positive
 */
export function aurocInterval(auroc: number, right: number, wrong: number, confidence = defaultConfidence): Interval {
  checkConfidence(confidence);
  if (!(auroc >= 0 && auroc <= 1 && right > 0 && wrong > 0)) {
    throw new StatisticsError(`An AUROC of ${auroc} with ${right} right and ${wrong} wrong answers has no interval.`);
  }
  const z = normalQuantile((1 + confidence) / 2);
  const others = (right + wrong) / 2 - 1;
  const reach = (theta: number): number => {
    const inflation = 1 + others * ((1 - theta) / (2 - theta) + theta / (1 + theta));
    return z * Math.sqrt((theta * (1 - theta) * inflation) / (right * wrong));
  };
  return {
    low: auroc === 0 ? 0 : bisect((theta) => auroc - theta > reach(theta), 0, auroc),
    high: auroc === 1 ? 1 : bisect((theta) => theta - auroc <= reach(theta), auroc, 1),
    confidence,
  };
}
