import { accuracyEstimate, type AccuracyEstimate } from "./accuracy.ts";
import { bootstrapInterval, type BootstrapOptions } from "./bootstrap.ts";
import {
  biomistralCalibrationError,
  checkOutcomes,
  equalMassBins,
  equalWidthBins,
  expectedCalibrationError,
  maximumCalibrationError,
  reliabilityBins,
  type ReliabilityBin,
} from "./calibration.ts";
import { meanEstimate } from "./clusteredMean.ts";
import { clampInterval, defaultConfidence, type Estimate, type Interval } from "./interval.ts";
import { mean } from "./mean.ts";
import { confidenceBrier } from "./probabilityScores.ts";
import {
  areaUnderRiskCoverage,
  aurocInterval,
  confidenceAuroc,
  selectiveAccuracy,
  type SelectiveAccuracy,
} from "./selectivePrediction.ts";

/** What a calibration report is computed from: entry i of every list is about the same item. */
export interface ConfidenceOutcomes {
  /** Confidence in the given answer, 0 to 1. */
  readonly confidences: readonly number[];
  readonly correct: readonly boolean[];
  /** Where items are not independent. */
  readonly clusters?: readonly string[];
}

export interface CalibrationReport {
  readonly accuracy: AccuracyEstimate;
  readonly meanConfidence: number;
  /** Brier score of the confidence, with the t interval of a mean (cluster-robust with clusters). */
  readonly brier: Estimate;
  /** Ten bins of equal width, ten of equal mass, and BioMistral's five; basic bootstrap intervals cut to [0, 1]. */
  readonly ece: Estimate;
  readonly eceEqualMass: Estimate;
  readonly eceBiomistral: Estimate;
  /** Over the bins of equal width. A maximum of noisy gaps: no interval. */
  readonly mce: number;
  /** Newcombe's interval, or the percentile bootstrap with clusters. Undefined when all answers are right or all wrong. */
  readonly auroc: Estimate | undefined;
  /** Area under the risk-coverage curve; basic bootstrap interval cut to [0, 1]. */
  readonly aurc: Estimate;
  /** At coverage 1/4, 1/2, 3/4 and 1. */
  readonly selective: readonly SelectiveAccuracy[];
  readonly equalWidth: readonly ReliabilityBin[];
  readonly equalMass: readonly ReliabilityBin[];
}

export interface CalibrationReportOptions {
  /** Of the bootstrap. */
  readonly seed: number;
  readonly resamples?: number;
  readonly confidence?: number;
}

/**
 * How far a model's confidence can be trusted.
 * @throws StatisticsError when there are no items, a confidence is not in [0, 1], or there are clusters but fewer than two
 */
export function calibrationReport(
  outcomes: ConfidenceOutcomes,
  { seed, resamples = 1000, confidence = defaultConfidence }: CalibrationReportOptions,
): CalibrationReport {
  const { confidences, correct, clusters } = outcomes;
  checkOutcomes(confidences, correct);
  const equalWidth = equalWidthBins(confidences, correct);
  const settings = { seed, resamples, confidence };
  const sorted = sortByConfidence(outcomes);
  const basic = (statistic: OutcomeStatistic<number>): Estimate => ({
    estimate: statistic(confidences, correct),
    interval: resampledInterval(sorted, statistic, { ...settings, method: "basic" }),
  });
  const scores = confidences.map((value, item) => confidenceBrier(value, correct[item]!));
  return {
    accuracy: accuracyEstimate(correct, clusters, confidence),
    meanConfidence: mean(confidences),
    brier: meanEstimate(scores, clusters, confidence),
    ece: basic((c, k) => expectedCalibrationError(equalWidthBins(c, k))),
    eceEqualMass: basic((c, k) => expectedCalibrationError(equalMassBins(c, k))),
    eceBiomistral: basic(biomistralCalibrationError),
    mce: maximumCalibrationError(equalWidth),
    auroc: aurocEstimate(sorted, settings),
    aurc: basic(areaUnderRiskCoverage),
    selective: [0.25, 0.5, 0.75, 1].map((coverage) => selectiveAccuracy(confidences, correct, coverage, confidence)),
    equalWidth: reliabilityBins(equalWidth, confidence),
    equalMass: reliabilityBins(equalMassBins(confidences, correct), confidence),
  };
}

type OutcomeStatistic<Value> = (confidences: readonly number[], correct: readonly boolean[]) => Value;

type Resampling = Required<Pick<BootstrapOptions, "seed" | "resamples" | "confidence" | "method">>;

/** Bootstrap interval cut to [0, 1]; undefined for a single item, which cannot vary. */
function resampledInterval(
  { confidences, correct, clusters }: ConfidenceOutcomes,
  statistic: OutcomeStatistic<number | undefined>,
  settings: Resampling,
): Interval | undefined {
  if (confidences.length < 2) return undefined;
  const { interval } = bootstrapInterval({
    ...settings,
    n: confidences.length,
    statistic: (items) => {
      // Ascending indices into items sorted by confidence spare the statistic its own sort of every resample.
      const sorted = Uint32Array.from(items).sort();
      const resample = { confidences: new Array<number>(sorted.length), correct: new Array<boolean>(sorted.length) };
      sorted.forEach((item, i) => {
        resample.confidences[i] = confidences[item]!;
        resample.correct[i] = correct[item]!;
      });
      return statistic(resample.confidences, resample.correct);
    },
    ...(clusters === undefined ? {} : { clusters }),
  });
  return clampInterval(interval, 0, 1);
}

function sortByConfidence({ confidences, correct, clusters }: ConfidenceOutcomes): ConfidenceOutcomes {
  const order = confidences.map((_, item) => item).sort((a, b) => confidences[a]! - confidences[b]!);
  return {
    confidences: order.map((item) => confidences[item]!),
    correct: order.map((item) => correct[item]!),
    ...(clusters === undefined ? {} : { clusters: order.map((item) => clusters[item]!) }),
  };
}

function aurocEstimate(outcomes: ConfidenceOutcomes, settings: Omit<Resampling, "method">): Estimate | undefined {
  const { confidences, correct, clusters } = outcomes;
  const estimate = confidenceAuroc(confidences, correct);
  if (estimate === undefined) return undefined;
  const right = correct.filter(Boolean).length;
  const interval =
    clusters === undefined
      ? aurocInterval(estimate, right, correct.length - right, settings.confidence)
      : resampledInterval(outcomes, confidenceAuroc, { ...settings, method: "percentile" });
  return { estimate, interval };
}
