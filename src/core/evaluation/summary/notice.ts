import { z } from "zod";

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
