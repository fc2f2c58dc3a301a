import { quantile } from "../../statistics/quantile.ts";
import type { CostSummary } from "./evaluationSummary.ts";
import type { ItemOutcome } from "./itemOutcome.ts";

export function summarizeCost(outcomes: readonly ItemOutcome[]): CostSummary {
  const total = (field: "evaluatedTokens" | "minimumTokens" | "promptTokens" | "milliseconds") =>
    outcomes.reduce((sum, outcome) => sum + outcome[field], 0);
  const milliseconds = total("milliseconds");
  const evaluatedTokens = total("evaluatedTokens");
  const times = outcomes.flatMap((outcome) => (outcome.failure === undefined ? outcome.milliseconds : []));
  times.sort((a, b) => a - b);
  return {
    evaluatedTokens,
    minimumTokens: total("minimumTokens"),
    promptTokens: total("promptTokens"),
    milliseconds,
    tokensPerSecond: milliseconds > 0 ? (evaluatedTokens / milliseconds) * 1000 : null,
    millisecondsPerItem:
      times.length > 0
        ? { mean: milliseconds / times.length, median: quantile(times, 0.5), p95: quantile(times, 0.95) }
        : null,
  };
}
