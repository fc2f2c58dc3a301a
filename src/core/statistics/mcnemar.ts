import { StatisticsError } from "../errors.ts";
import { binomialCdf, binomialPmf } from "./distributions.ts";
import { checkSameLength } from "./interval.ts";

/** How two models did on the same items. */
export interface PairedCounts {
  readonly bothCorrect: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly bothWrong: number;
}

/** @throws StatisticsError when the lists differ in length */
export function pairedCounts(first: readonly boolean[], second: readonly boolean[]): PairedCounts {
  checkSameLength(first, second);
  const counts = { bothCorrect: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0 };
  first.forEach((firstCorrect, index) => {
    if (firstCorrect) counts[second[index]! ? "bothCorrect" : "onlyFirst"]++;
    else counts[second[index]! ? "onlySecond" : "bothWrong"]++;
  });
  return counts;
}

/**
 * McNemar's test (Psychometrika 12, 1947) in its exact form: two-sided binomial test of the discordant pairs against ½.
 * 1 when no pair is discordant. Conservative.
 */
export function mcnemarExact(counts: PairedCounts): number {
  const { smaller, discordant } = discordance(counts);
  return Math.min(1, 2 * binomialCdf(smaller, discordant, 0.5));
}

/**
 * The mid-p version: 2 P(X ≤ m) − P(X = m) for the smaller discordant count m. Recommended over the exact and the
 * chi-square forms by Fagerland, Lydersen and Laake (BMC Medical Research Methodology 13:91, 2013).
 */
export function mcnemarMidP(counts: PairedCounts): number {
  const { smaller, discordant } = discordance(counts);
  if (discordant === 0) return 1;
  return Math.min(1, 2 * binomialCdf(smaller, discordant, 0.5) - binomialPmf(smaller, discordant, 0.5));
}

function discordance({ onlyFirst, onlySecond }: PairedCounts): { smaller: number; discordant: number } {
  if (![onlyFirst, onlySecond].every((count) => Number.isInteger(count) && count >= 0)) {
    throw new StatisticsError(`Discordant counts must be whole numbers from 0 on, not ${onlyFirst} and ${onlySecond}.`);
  }
  return { smaller: Math.min(onlyFirst, onlySecond), discordant: onlyFirst + onlySecond };
}
