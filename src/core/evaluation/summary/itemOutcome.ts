import type { ItemRecord } from "../../runs/itemRecord.ts";
import { argMax, fromStored } from "../judging.ts";
import { softmax } from "../../statistics/probabilityScores.ts";

/** What a summary needs of a record. It is a fraction of it, so that thousands can be held. */
export interface ItemOutcome {
  readonly item: string;
  readonly subject: string | undefined;
  readonly options: number;
  readonly gold: readonly number[];
  readonly prediction: number | null;
  readonly valid: boolean;
  readonly correct: boolean;
  readonly failure: string | undefined;
  readonly metrics: Readonly<Record<string, number>>;
  readonly confidence: Confidence | undefined;
  readonly shots: number;
  readonly droppedShots: number;
  readonly truncatedTokens: number;
  readonly promptTokens: number;
  readonly evaluatedTokens: number;
  readonly minimumTokens: number;
  readonly milliseconds: number;
}

/** The most probable option: its probability, and whether it is right. */
export interface Confidence {
  readonly renormalised: number;
  readonly wholeVocabulary: number;
  readonly correct: boolean;
}

export function outcomeOf(record: ItemRecord): ItemOutcome {
  return {
    item: record.item,
    subject: record.subject,
    options: record.order.length,
    gold: record.gold,
    prediction: record.prediction,
    valid: record.valid,
    correct: record.correct,
    failure: record.failure?.code,
    metrics: record.metrics,
    confidence: confidenceOf(record),
    shots: record.shots.length,
    droppedShots: record.droppedShots,
    truncatedTokens: record.truncatedTokens,
    promptTokens: record.promptTokens,
    evaluatedTokens: record.evaluatedTokens,
    minimumTokens: record.minimumTokens,
    milliseconds: record.milliseconds,
  };
}

function confidenceOf({ answer, gold }: ItemRecord): Confidence | undefined {
  if (answer === undefined || answer.scoring === "generation" || gold.length !== 1) return undefined;
  const stored = answer.scoring === "continuations" ? answer.logLikelihoods : answer.labelLogProbabilities;
  const logProbabilities = fromStored(stored);
  const best = argMax(logProbabilities);
  if (best === null) return undefined;
  return {
    renormalised: softmax(logProbabilities)![best]!,
    wholeVocabulary: Math.exp(logProbabilities[best]!),
    correct: gold.includes(best),
  };
}
