import { clusteredMean, clusterMembers } from "../../statistics/clusteredMean.ts";
import { meanOverDraws } from "../../statistics/mean.ts";
import { metricDefinitions } from "../metrics.ts";
import type { BenchmarkSummary, DrawSummary, Estimate, OverDraws } from "./evaluationSummary.ts";
import type { ItemOutcome } from "./itemOutcome.ts";
import type { Notice } from "./notice.ts";
import { accuracyOf, metricOf, shareEstimate, summarizeDraw } from "./summarizeDraw.ts";
import { summarizeCost } from "./summarizeCost.ts";

/**
 * @param draws outcomes by draw, ascending
 * @param notices of the benchmark's data, where they are known
 */
export function summarizeBenchmark(
  benchmark: string,
  primaryMetric: string,
  draws: ReadonlyMap<number, readonly ItemOutcome[]>,
  notices?: readonly Notice[],
): BenchmarkSummary {
  const all = [...draws.values()].flat();
  const summaries = [...draws].map(([draw, outcomes]) => summarizeDraw(draw, outcomes));
  const names = [...new Set(summaries.flatMap(({ metrics }) => Object.keys(metrics)))];
  return {
    benchmark,
    primaryMetric,
    items: new Set(all.map(({ item }) => item)).size,
    metrics: Object.fromEntries(names.map((name) => [name, overDraws(name, summaries, all)])),
    draws: summaries,
    subjects: bySubject(all, draws.size > 1),
    ...(notices !== undefined && { notices: [...notices] }),
    cost: summarizeCost(all),
  };
}

/** The mean over draws; its uncertainty is that of the choice of items, which all draws share. */
function overDraws(name: string, draws: readonly DrawSummary[], outcomes: readonly ItemOutcome[]): OverDraws {
  const estimates = draws.flatMap(({ metrics }) => metrics[name] ?? []);
  const values = estimates.map(({ value }) => value);
  const { populationSd } = meanOverDraws(values);
  const estimate = estimates.length === 1 ? estimates[0]! : clusteredEstimate(name, outcomes);
  return { ...estimate, values, populationSd };
}

function clusteredEstimate(name: string, outcomes: readonly ItemOutcome[]): Estimate {
  const having = outcomes.filter((outcome) => metricOf(name, outcome) !== undefined);
  const values = having.map((outcome) => metricOf(name, outcome)!);
  const items = having.map(({ item }) => item);
  if (metricDefinitions[name]?.kind === "share") return clusteredShare(values, items);
  if (new Set(items).size < 2) {
    return { value: meanOverDraws(values).mean, n: values.length, standardError: null, interval: null };
  }
  const { mean, n, standardError, interval } = clusteredMean(values, items);
  return { value: mean, n, standardError, interval };
}

function clusteredShare(values: readonly number[], items: readonly string[]): Estimate {
  const right = values.map((value) => value === 1);
  if (new Set(items).size > 1) return shareEstimate(right, items);
  // Several draws of a single item say nothing about other items.
  return { value: meanOverDraws(values).mean, n: values.length, standardError: null, interval: null };
}

function bySubject(outcomes: readonly ItemOutcome[], severalDraws: boolean): BenchmarkSummary["subjects"] {
  const known = outcomes.filter(({ subject }) => subject !== undefined);
  return clusterMembers(known.map(({ subject }) => subject!))
    .map((members) => {
      const ofSubject = members.map((index) => known[index]!);
      const items = ofSubject.map(({ item }) => item);
      const distinct = new Set(items).size;
      const values = ofSubject.map(({ correct }) => Number(correct));
      return {
        subject: ofSubject[0]!.subject!,
        items: distinct,
        accuracy: severalDraws ? clusteredShare(values, items) : accuracyOf(ofSubject),
      };
    })
    .sort((a, b) => (a.subject < b.subject ? -1 : 1));
}
