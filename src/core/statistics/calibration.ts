import { StatisticsError } from "../errors.ts";
import { checkNotEmpty, checkProbabilities, checkSameLength } from "./interval.ts";

/** The items whose confidence falls into one range. */
export interface CalibrationBin {
  /** Equal width: the range (low, high]. Equal mass: the smallest and the largest confidence in the bin. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** This and the next are undefined for an empty bin. */
  readonly meanConfidence: number | undefined;
  readonly accuracy: number | undefined;
}

/** What a gap is computed from; null in a bin that was read from a summary and is empty. */
type BinMeans = { readonly [Mean in "meanConfidence" | "accuracy"]: CalibrationBin[Mean] | null };

/**
 * Bins of equal width over [0, 1] (Guo et al., ICML 2017, arXiv 1706.04599): bin b holds b/m < confidence ≤ (b + 1)/m; a
 * confidence of exactly 0 goes to the first. Edges are computed as numpy's linspace does, so that values on an edge fall
 * as in published scripts.
 * @throws StatisticsError when there are no items, a confidence is not in [0, 1] or the number of bins is not positive
 */
export function equalWidthBins(
  confidences: readonly number[],
  correct: readonly boolean[],
  bins = 10,
): CalibrationBin[] {
  checkOutcomes(confidences, correct, bins);
  const step = 1 / bins;
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? 1 : i * step));
  const members = edges.slice(1).map((): Outcome[] => []);
  confidences.forEach((value, i) => {
    let bin = Math.min(bins - 1, Math.floor(value / step));
    while (bin > 0 && value <= edges[bin]!) bin--;
    while (value > edges[bin + 1]!) bin++;
    members[bin]!.push({ confidence: value, accuracy: Number(correct[i]) });
  });
  return members.map((outcomes, bin) => summarise(outcomes, edges[bin]!, edges[bin + 1]!));
}

/**
 * Bins of equal mass (Nguyen and O'Connor, EMNLP 2015; Nixon et al., CVPR workshops 2019): items sorted by confidence and
 * cut into m parts, the first n mod m of which hold one item more. Items of equal confidence count with their common
 * accuracy, so that the order of items cannot change the result. With fewer items than bins each item is a bin.
 * Throws as {@link equalWidthBins}.
 */
export function equalMassBins(
  confidences: readonly number[],
  correct: readonly boolean[],
  bins = 10,
): CalibrationBin[] {
  checkOutcomes(confidences, correct, bins);
  const sorted = outcomesByConfidence(confidences, correct);
  const smaller = Math.floor(sorted.length / bins);
  const larger = sorted.length % bins;
  const result: CalibrationBin[] = [];
  for (let start = 0; start < sorted.length;) {
    const outcomes = sorted.slice(start, start + smaller + (result.length < larger ? 1 : 0));
    result.push(summarise(outcomes, outcomes[0]!.confidence, outcomes.at(-1)!.confidence));
    start += outcomes.length;
  }
  return result;
}

/** Expected calibration error: Σ_b (n_b / n) |mean confidence − accuracy|. */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  return bins.reduce((sum, bin) => sum + (gap(bin) * bin.n) / n, 0);
}

/** Maximum calibration error: the largest gap of a bin that is not empty. */
export function maximumCalibrationError(bins: readonly BinMeans[]): number {
  return bins.reduce((largest, bin) => Math.max(largest, gap(bin)), 0);
}

/**
 * ECE as BioMistral's published script has it (arXiv 2402.10373): five bins (lo, hi], confidence = largest un-normalised
 * letter probability, correctness of the most probable letter. An item of confidence 0 is in no bin but counts in n. As a
 * fraction; the paper prints it times 100. Throws as {@link equalWidthBins}.
 */
export function biomistralCalibrationError(confidences: readonly number[], correct: readonly boolean[]): number {
  checkOutcomes(confidences, correct, 5);
  const kept = confidences.map((_, index) => index).filter((index) => confidences[index]! > 0);
  if (kept.length === 0) return 0;
  const bins = equalWidthBins(
    kept.map((index) => confidences[index]!),
    kept.map((index) => correct[index]!),
    5,
  );
  return (expectedCalibrationError(bins) * kept.length) / confidences.length;
}

/** One item: its confidence, and 1 or 0 for right or wrong (or the mean over items of the same confidence). */
export interface Outcome {
  readonly confidence: number;
  readonly accuracy: number;
}

/** Ascending by confidence; items of equal confidence all get their mean accuracy. */
export function outcomesByConfidence(confidences: readonly number[], correct: readonly boolean[]): Outcome[] {
  const order = confidences.map((_, index) => index).sort((a, b) => confidences[a]! - confidences[b]!);
  const outcomes: Outcome[] = [];
  for (let start = 0; start < order.length;) {
    const confidence = confidences[order[start]!]!;
    let end = start;
    let right = 0;
    for (; end < order.length && confidences[order[end]!] === confidence; end++) right += Number(correct[order[end]!]);
    const tied = { confidence, accuracy: right / (end - start) };
    for (; start < end; start++) outcomes.push(tied);
  }
  return outcomes;
}

/** @throws StatisticsError when there are no items, the lists differ in length or a confidence is not in [0, 1] */
export function checkOutcomes(confidences: readonly number[], correct: readonly boolean[], bins = 1): void {
  checkNotEmpty(confidences, "items");
  checkSameLength(confidences, correct);
  checkProbabilities(confidences, "confidence");
  if (!Number.isInteger(bins) || bins < 1) throw new StatisticsError(`Cannot sort confidences into ${bins} bins.`);
}

function gap({ meanConfidence, accuracy }: BinMeans): number {
  return typeof meanConfidence === "number" && typeof accuracy === "number" ? Math.abs(meanConfidence - accuracy) : 0;
}

function summarise(outcomes: readonly Outcome[], low: number, high: number): CalibrationBin {
  const n = outcomes.length;
  if (n === 0) return { low, high, n, meanConfidence: undefined, accuracy: undefined };
  return {
    low,
    high,
    n,
    meanConfidence: outcomes.reduce((sum, outcome) => sum + outcome.confidence, 0) / n,
    accuracy: outcomes.reduce((sum, outcome) => sum + outcome.accuracy, 0) / n,
  };
}
