import { StatisticsError } from "../errors.ts";
import { checkNotEmpty, checkProbabilities } from "./interval.ts";
import { largest } from "../lists.ts";

/**
 * Probabilities of the options from their log-likelihoods, normalised to sum 1. Undefined when no option has a positive
 * probability.
 * @throws StatisticsError when there are no options or a value is NaN or +∞
 */
export function softmax(logLikelihoods: readonly number[]): number[] | undefined {
  checkNotEmpty(logLikelihoods, "options");
  const index = logLikelihoods.findIndex((value) => !(value < Infinity));
  if (index >= 0) throw new StatisticsError(`The log-likelihood of option ${index + 1} is ${logLikelihoods[index]}.`);
  const top = largest(logLikelihoods);
  if (top === -Infinity) return undefined;
  const weights = logLikelihoods.map((value) => Math.exp(value - top));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * Brier score of one item over all options (Brier, Monthly Weather Review 78, 1950): Σ_c (p_c − 1[c = gold])², from 0 to
 * 2. Its mean over items is lm-evaluation-harness's `brier_score`.
 * @param probabilities of the options, normalised
 */
export function brierScore(probabilities: readonly number[], gold: number): number {
  checkGold(probabilities, gold);
  return probabilities.reduce((sum, p, option) => sum + (p - (option === gold ? 1 : 0)) ** 2, 0);
}

function checkGold(probabilities: readonly number[], gold: number): void {
  checkProbabilities(probabilities, "probability");
  if (!Number.isInteger(gold) || gold < 0 || gold >= probabilities.length) {
    throw new StatisticsError(`The right option is number ${gold}, but there are ${probabilities.length} from 0 on.`);
  }
}
