import { z } from "zod";
import { groupSummarySchema, intervalSchema } from "../evaluation/summary/evaluationSummary.ts";

const probability = z.number().min(0).max(1);

export const flipSchema = z
  .object({
    item: z.string(),
    draw: z.int().nonnegative(),
    right: z.string().describe("Label of the right option, as the first run showed it"),
    first: z.string().describe("What the first run answered"),
    second: z.string(),
    rightIn: z.enum(["first", "second"]).describe("Which of the two answered right"),
  })
  .describe("An item that one of two runs answered right and the other wrong");
export type Flip = z.infer<typeof flipSchema>;

const sideSchema = z.object({
  run: z.string(),
  value: z.number().describe("The metric over the items that both runs have"),
  failed: z.int().nonnegative().describe("Compared answers that could not be had; they count as wrong"),
});

export const pairSchema = z
  .object({
    benchmark: z.string(),
    metric: z.string(),
    first: sideSchema,
    second: sideSchema,
    n: z.int().positive().describe("Answers compared: items that both runs have, once a draw"),
    items: z.int().positive().describe("Different items among them"),
    onlyInFirst: z.int().nonnegative().describe("Answers that have no counterpart and are left out"),
    onlyInSecond: z.int().nonnegative(),
    differentPrompts: z.int().nonnegative().describe("Compared answers whose prompts differ"),
    counts: z
      .object({
        bothCorrect: z.int().nonnegative(),
        onlyFirst: z.int().nonnegative(),
        onlySecond: z.int().nonnegative(),
        bothWrong: z.int().nonnegative(),
      })
      .nullable()
      .describe("Null for a metric that is not right or wrong"),
    difference: z.number().describe("First minus second"),
    interval: intervalSchema.nullable(),
    method: z.enum(["newcombe", "clustered"]).describe("Of the interval"),
    p: z
      .object({
        exact: probability.optional().describe("McNemar's test, exact"),
        midP: probability.optional().describe("McNemar's test, mid-p"),
        clustered: probability.optional().describe("t test with the cluster-robust standard error, an item a cluster"),
      })
      .describe("p-values of this pair alone"),
    test: z
      .enum(["exact", "clustered"])
      .describe(
        "The test that decides: the clustered one where an item counts several times, else McNemar's exact one",
      ),
    adjusted: probability.describe("Its p-value, Holm-adjusted over all pairs and benchmarks of the comparison"),
    adjustedMidP: probability.nullable().describe("The mid-p value, adjusted in the same way"),
    flips: z.array(flipSchema),
  })
  .describe("Two runs on one benchmark");
export type Pair = z.infer<typeof pairSchema>;

export const groupPairSchema = z
  .object({
    group: z.string(),
    benchmarks: z.array(z.string()),
    aggregation: groupSummarySchema.shape.aggregation,
    first: sideSchema.pick({ run: true, value: true }),
    second: sideSchema.pick({ run: true, value: true }),
    n: z.int().positive().describe("Answers compared, of all benchmarks"),
    items: z.int().positive().describe("Different items among them"),
    difference: z.number().describe("First minus second, of the accuracies of the group"),
    interval: intervalSchema.describe("With several draws that of one draw of the mean answers: never too narrow"),
    method: z
      .enum(["newcombeStratified"])
      .describe("Of the interval: Newcombe's method 10 on the stratified score limits"),
  })
  .describe("Two runs on a group of benchmarks, over the items that both have");
export type GroupPair = z.infer<typeof groupPairSchema>;

export const comparisonSchema = z
  .object({
    runs: z.array(z.string()),
    pairs: z.array(pairSchema),
    groups: z
      .array(groupPairSchema)
      .describe("Differences on groups; not tested, as the benchmarks of a group have their tests among the pairs"),
    refused: z
      .array(z.object({ benchmark: z.string(), first: z.string(), second: z.string(), reason: z.string() }))
      .describe("What cannot be compared, and why"),
    warnings: z.array(z.string()).describe("What makes the runs differ other than the model"),
  })
  .describe("Paired comparison of runs, item by item");
export type Comparison = z.infer<typeof comparisonSchema>;

/** The level at which a difference counts as supported. */
export const significanceLevel = 0.05;

/** Which run of a pair is better, where the Holm-adjusted test supports it. All primary metrics are better when higher. */
export function betterRun({ difference, adjusted, first, second }: Pair): string | undefined {
  if (adjusted >= significanceLevel || difference === 0) return undefined;
  return difference > 0 ? first.run : second.run;
}

/** Whether a run is better than every other run of the comparison on a benchmark, and the tests support it. */
export function isBest({ runs, pairs }: Comparison, run: string, benchmark: string): boolean {
  const others = runs.filter((other) => other !== run);
  return (
    others.length > 0 &&
    others.every((other) =>
      pairs.some(
        (pair) =>
          pair.benchmark === benchmark && [pair.first.run, pair.second.run].includes(other) && betterRun(pair) === run,
      ),
    )
  );
}
