import { accuracyEstimate, type AccuracyEstimate } from "../../statistics/accuracy.ts";
import {
  biomistralCalibrationError,
  equalMassBins,
  equalWidthBins,
  expectedCalibrationError,
} from "../../statistics/calibration.ts";
import { mean, standardErrorOfMean, tInterval } from "../../statistics/mean.ts";
import { positionBias } from "../../statistics/positionBias.ts";
import { confidenceAuroc } from "../../statistics/auroc.ts";
import { metricDefinitions } from "../metrics.ts";
import type { CalibrationSummary, DrawSummary, Estimate, PositionBiasSummary } from "./evaluationSummary.ts";
import type { Confidence, ItemOutcome } from "./itemOutcome.ts";

export function summarizeDraw(draw: number, outcomes: readonly ItemOutcome[]): DrawSummary {
  const answered = outcomes.filter(({ valid }) => valid);
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  return {
    draw,
    n: outcomes.length,
    failed: failed.length,
    failures: countBy(failed.map(({ failure }) => failure!)),
    invalid: outcomes.length - answered.length - failed.length,
    validRate: answered.length / outcomes.length,
    answeredAccuracy: answered.length > 0 ? accuracyOf(answered) : null,
    shots: shotRange(outcomes),
    truncated: outcomes.filter(({ truncatedTokens }) => truncatedTokens > 0).length,
    truncatedTokens: sum(outcomes.map(({ truncatedTokens }) => truncatedTokens)),
    shortened: outcomes.filter(({ droppedShots }) => droppedShots > 0).length,
    droppedShots: sum(outcomes.map(({ droppedShots }) => droppedShots)),
    metrics: Object.fromEntries(
      metricNames(outcomes).map((name) => [name, estimateOf(name, metricValues(name, outcomes))]),
    ),
    calibration: calibrationOf(outcomes),
    positionBias: positionBiasOf(outcomes),
  };
}

function shotRange(outcomes: readonly ItemOutcome[]): DrawSummary["shots"] {
  const counts = outcomes.map(({ shots }) => shots);
  return {
    fewest: counts.reduce((least, count) => Math.min(least, count)),
    most: counts.reduce((most, count) => Math.max(most, count)),
  };
}

/** `accuracy` first, then the protocol's further metrics, as far as an item has them. */
export function metricNames(outcomes: readonly ItemOutcome[]): string[] {
  return [...new Set(["accuracy", ...outcomes.flatMap(({ metrics }) => Object.keys(metrics))])];
}

/** The metric of each item that has one; a failed item counts as the metric's definition says. */
export function metricValues(name: string, outcomes: readonly ItemOutcome[]): number[] {
  return outcomes.flatMap((outcome) => metricOf(name, outcome) ?? []);
}

export function metricOf(name: string, { correct, metrics, failure }: ItemOutcome): number | undefined {
  if (name === "accuracy") return Number(correct);
  return failure === undefined ? metrics[name] : metricDefinitions[name]?.failedItem;
}

export function accuracyOf(outcomes: readonly ItemOutcome[], clusters?: readonly string[]): Estimate {
  return shareEstimate(
    outcomes.map(({ correct }) => correct),
    clusters,
  );
}

/** @param clusters the item of each value, where items were asked in several draws */
export function shareEstimate(values: readonly boolean[], clusters?: readonly string[]): Estimate {
  return toEstimate(accuracyEstimate(values, clusters));
}

function toEstimate({ accuracy, n, standardError, interval }: AccuracyEstimate): Estimate {
  return { value: accuracy, n, standardError: standardError ?? null, interval };
}

function estimateOf(name: string, values: readonly number[]): Estimate {
  if (metricDefinitions[name]?.kind === "share") return shareEstimate(values.map((value) => value === 1));
  return {
    value: mean(values),
    n: values.length,
    standardError: standardErrorOfMean(values) ?? null,
    interval: tInterval(values) ?? null,
  };
}

function calibrationOf(outcomes: readonly ItemOutcome[]): DrawSummary["calibration"] {
  const confidences = outcomes.flatMap(({ confidence }) => confidence ?? []);
  if (confidences.length === 0) return null;
  return {
    renormalised: calibrate(confidences, "renormalised"),
    wholeVocabulary: calibrate(confidences, "wholeVocabulary"),
  };
}

function calibrate(outcomes: readonly Confidence[], kind: "renormalised" | "wholeVocabulary"): CalibrationSummary {
  const confidences = outcomes.map((outcome) => outcome[kind]);
  const correct = outcomes.map((outcome) => outcome.correct);
  const bins = equalWidthBins(confidences, correct);
  return {
    n: outcomes.length,
    meanConfidence: mean(confidences),
    accuracy: mean(correct.map(Number)),
    ece: expectedCalibrationError(bins),
    eceEqualMass: expectedCalibrationError(equalMassBins(confidences, correct)),
    eceFiveBins: biomistralCalibrationError(confidences, correct),
    auroc: confidenceAuroc(confidences, correct) ?? null,
    bins: bins.map(({ low, high, n, meanConfidence = null, accuracy = null }) => ({
      low,
      high,
      n,
      meanConfidence,
      accuracy,
    })),
  };
}

/** Of items with one right option; failed ones were not answered and are left out. */
function positionBiasOf(outcomes: readonly ItemOutcome[]): PositionBiasSummary[] {
  const answers = outcomes.flatMap(({ options, prediction, gold, failure }) =>
    gold.length === 1 && failure === undefined ? { options, predicted: prediction, gold: gold[0]! } : [],
  );
  if (answers.length === 0) return [];
  return positionBias(answers).map(({ positions, againstUniform, againstGold, accuracySd, ...counts }) => ({
    ...counts,
    positions: positions.map(({ accuracy, ...position }) => ({
      ...position,
      accuracy: accuracy ? toEstimate(accuracy) : null,
    })),
    againstUniform: againstUniform ?? null,
    againstGold: againstGold ?? null,
    accuracySd: accuracySd ?? null,
  }));
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
