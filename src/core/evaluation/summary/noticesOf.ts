import type { BenchmarkSummary, DrawSummary } from "./evaluationSummary.ts";
import type { Notice } from "./notice.ts";

/** All notices of a benchmark: those of its data, and those of the prompts that were made of it. */
export function noticesOf({ notices = [], draws }: Pick<BenchmarkSummary, "notices" | "draws">): Notice[] {
  return [
    ...notices,
    ...promptNotice("cutPrompts", total(draws, "truncated"), "were cut at the left"),
    ...promptNotice("shortenedPrompts", total(draws, "shortened"), "lost few-shot examples"),
  ];
}

function promptNotice(kind: string, count: number, what: string): Notice[] {
  if (count === 0) return [];
  return [{ kind, count, message: `Prompts that did not fit the context and ${what}: ${count}.` }];
}

function total(draws: readonly DrawSummary[], field: "truncated" | "shortened"): number {
  return draws.reduce((sum, draw) => sum + draw[field], 0);
}
