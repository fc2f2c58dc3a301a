import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What an evaluation records of its files when it ends, under `details.result` of its manifest, so that a later change of
 * them is noticed.
 */
export const recordedResultSchema = z.object({
  items: z.object({ rows: z.int().nonnegative(), bytes: z.int().nonnegative(), sha256 }).describe("Of items.jsonl"),
  summary: z.object({ sha256 }).describe("Of summary.json"),
});
export type RecordedResult = z.infer<typeof recordedResultSchema>;

/** One line of itemHashes.jsonl: the key of a row, and the SHA-256 of its line in items.jsonl without the line break. */
export const itemHashSchema = z.object({
  benchmark: z.string(),
  item: z.string(),
  draw: z.int().nonnegative(),
  sha256,
});
export type ItemHash = z.infer<typeof itemHashSchema>;

/** What of a report's run is as it was when the run ended. */
export const verificationSchema = z
  .object({
    items: z
      .enum(["unchanged", "changed", "unknown"])
      .describe("items.jsonl since the run ended; unknown where an older Medley recorded no hash of it"),
    message: z
      .string()
      .optional()
      .describe("What a reader must know of it: which rows were changed, and what the result is of"),
  })
  .describe("Whether the files of the run are those that it ended with");
export type Verification = z.infer<typeof verificationSchema>;
