import { z } from "zod";
import type { BenchmarkSummary, DrawSummary } from "./evaluationSummary.ts";

/**
 * Something that a reader must know beside a number: what was left out, cut or is odd, and how often. Whatever is counted
 * before or during an evaluation joins the others here, and is then in every report.
 */
export const noticeSchema = z
  .object({
    kind: z.string().describe("malformedRecords, unknownVersion, cutPrompts, …: the same in all runs"),
    count: z.int().positive().describe("Records, items, files or prompts that it is about"),
    message: z.string().describe("For a person: one sentence with the count, without a path"),
  })
  .describe("What a reader must know beside a number");
export type Notice = z.infer<typeof noticeSchema>;

/** What is known of the data before anything is evaluated, by the id of the benchmark. */
export const noticesByBenchmarkSchema = z.record(z.string(), z.array(noticeSchema));
export type NoticesByBenchmark = z.infer<typeof noticesByBenchmarkSchema>;

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
