import { groupStrata, type GroupWeighting } from "./groupAccuracy.ts";
import { checkNotEmpty, defaultConfidence } from "./interval.ts";
import type { PairedCounts } from "./mcnemar.ts";
import { joinPairedLimits, pairedTotal, type PairedDifference } from "./pairedDifference.ts";
import { stratifiedScoreInterval, stratumVariances, varianceScale, type Stratum } from "./stratifiedScore.ts";

/**
 * Difference of two models' accuracies on a group of benchmarks that both answered: Newcombe's method 10 on the
 * stratified score limits of the two accuracies, joined with the correlation of the two weighted means. With one member
 * it is Newcombe's interval.
 * @param members counts of each benchmark; they need not be whole numbers
 * @throws StatisticsError when there is no member, or one without items
 */
export function groupDifference(
  members: readonly PairedCounts[],
  weighting: GroupWeighting,
  confidence = defaultConfidence,
): PairedDifference {
  checkNotEmpty(members, "benchmarks");
  const sizes = members.map((counts) => ({ n: pairedTotal(counts) }));
  const strata = groupStrata(sizes, weighting);
  const meanOf = (share: (counts: PairedCounts, n: number) => number): number =>
    strata.reduce((sum, { weight, n }, index) => sum + weight * share(members[index]!, n), 0);
  const limitsOf = (share: (counts: PairedCounts, n: number) => number) => ({
    proportion: meanOf(share),
    interval: stratifiedScoreInterval(
      strata.map((stratum, index) => ({ ...stratum, proportion: share(members[index]!, stratum.n) })),
      confidence,
    ),
  });
  return joinPairedLimits(
    limitsOf(({ bothCorrect, onlyFirst }, n) => (bothCorrect + onlyFirst) / n),
    limitsOf(({ bothCorrect, onlySecond }, n) => (bothCorrect + onlySecond) / n),
    meanOf(({ onlyFirst, onlySecond }, n) => (onlyFirst - onlySecond) / n),
    correlation(strata, members),
  );
}

/**
 * Correlation of the two weighted means, each stratum's table shrunk as for the variances. A positive covariance is
 * reduced, but not below 0, as Newcombe's φ̂ is: by what n/2 is there, with the number of items of one sample that would be
 * as precise.
 */
function correlation(strata: readonly Stratum[], members: readonly PairedCounts[]): number {
  const shareOf = (cell: keyof PairedCounts): number[] => strata.map(({ n }, index) => members[index]![cell] / n);
  const shrunk = (cell: keyof PairedCounts): number[] => {
    const shares = shareOf(cell);
    const ofGroup = strata.reduce((sum, { weight }, index) => sum + weight * shares[index]!, 0);
    return variances.map(({ shrink }, index) => shrink(shares[index]!, ofGroup));
  };
  const variances = stratumVariances(strata);
  const [both, first, second, none] = (["bothCorrect", "onlyFirst", "onlySecond", "bothWrong"] as const).map(shrunk);
  let [covariance, ofFirst, ofSecond] = [0, 0, 0];
  variances.forEach(({ scale }, i) => {
    const [a, b, c, d] = [both![i]!, first![i]!, second![i]!, none![i]!];
    covariance += scale * (a * d - b * c);
    ofFirst += scale * (a + b) * (c + d);
    ofSecond += scale * (a + c) * (b + d);
  });
  if (ofFirst === 0 || ofSecond === 0) return 0;
  const corrected = covariance > 0 ? Math.max(covariance - varianceScale(strata) ** 2 / 2, 0) : covariance;
  return corrected / Math.sqrt(ofFirst * ofSecond);
}
