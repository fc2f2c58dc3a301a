import { z } from "zod";
import { noticeSchema } from "./notice.ts";

const finite = z.number();

export const intervalSchema = z
  .object({ low: finite, high: finite, confidence: finite })
  .describe("Confidence interval, both ends included");

export const estimateSchema = z
  .object({
    value: finite,
    n: z.int().nonnegative().describe("Items that it is computed from"),
    standardError: finite.nullable().describe("Null for a single item"),
    interval: intervalSchema
      .nullable()
      .describe(
        "Accuracies: Wilson's; over several draws the cluster-robust one, each item a cluster; of groups see there. " +
          "Other means: Student's t.",
      ),
  })
  .describe("A metric with its uncertainty");
export type Estimate = z.infer<typeof estimateSchema>;

export const calibrationSchema = z
  .object({
    n: z.int().positive(),
    meanConfidence: finite,
    accuracy: finite.describe("Of the most probable option"),
    ece: finite.describe("Expected calibration error, ten bins of equal width"),
    eceEqualMass: finite.describe("The same with ten bins of equal mass"),
    eceFiveBins: finite.describe("The same with BioMistral's five bins (lo, hi]"),
    auroc: finite.nullable().describe("Of confidence as a detector of right answers; null when all are right or wrong"),
    bins: z
      .array(
        z.object({
          low: finite,
          high: finite,
          n: z.int().nonnegative(),
          meanConfidence: finite.nullable(),
          accuracy: finite.nullable(),
        }),
      )
      .describe("Points of the reliability diagram, ten bins of equal width"),
  })
  .describe("How far the probability of the most probable option can be trusted");
export type CalibrationSummary = z.infer<typeof calibrationSchema>;

const chiSquareSchema = z.object({ statistic: finite, df: z.int(), pValue: finite });

export const positionBiasSchema = z
  .object({
    options: z.int().positive().describe("Items with so many options"),
    n: z.int().positive(),
    invalid: z.int().nonnegative(),
    positions: z.array(
      z.object({
        position: z.int().nonnegative(),
        gold: z.int().nonnegative().describe("Items whose right option stood here"),
        predicted: z.int().nonnegative().describe("Items for which the model chose this position"),
        accuracy: estimateSchema.nullable().describe("Of the items whose right option stood here"),
      }),
    ),
    againstUniform: chiSquareSchema
      .extend({ expected: finite })
      .nullable()
      .describe("Pearson's test of the choices against equal use of all positions"),
    againstGold: chiSquareSchema
      .nullable()
      .describe("Stuart-Maxwell test that choices and right options are spread alike over the positions"),
    accuracySd: finite.nullable().describe("Population standard deviation of the accuracies by position"),
  })
  .describe("How the model's choices depend on where an option stands");
export type PositionBiasSummary = z.infer<typeof positionBiasSchema>;

export const drawSummarySchema = z
  .object({
    draw: z.int().nonnegative(),
    n: z.int().positive(),
    failed: z.int().nonnegative().describe("Items that could not be evaluated; they count as wrong"),
    failures: z.record(z.string(), z.int().positive()).describe("Failed items by error code"),
    invalid: z.int().nonnegative().describe("Answers that the protocol does not accept; they count as wrong"),
    validRate: finite.describe("Share of all items with a valid answer"),
    answeredAccuracy: estimateSchema.nullable().describe("Accuracy of the items with a valid answer alone"),
    shots: z
      .object({ fewest: z.int().nonnegative(), most: z.int().nonnegative() })
      .describe("Few-shot examples in a prompt; they differ where some did not fit"),
    truncated: z.int().nonnegative().describe("Items whose prompt was cut at the left"),
    truncatedTokens: z.int().nonnegative().describe("Tokens cut off, of all items"),
    shortened: z.int().nonnegative().describe("Items that lost few-shot examples because the prompt did not fit"),
    droppedShots: z.int().nonnegative().describe("Few-shot examples lost, of all items"),
    metrics: z.record(z.string(), estimateSchema).describe("`accuracy` and what else the protocol gives"),
    calibration: z
      .object({
        renormalised: calibrationSchema.describe("Probabilities of the options made to sum to 1"),
        wholeVocabulary: calibrationSchema.describe("Probabilities as they are, over the whole vocabulary"),
      })
      .nullable()
      .describe("Null where the answers have no probabilities, or items have several right options"),
    positionBias: z.array(positionBiasSchema).describe("One entry for each number of options, ascending"),
  })
  .describe("One few-shot draw of a benchmark");
export type DrawSummary = z.infer<typeof drawSummarySchema>;

export const overDrawsSchema = z
  .object({
    ...estimateSchema.shape,
    values: z.array(finite).describe("The metric in each draw"),
    populationSd: finite.describe("Of the values, divisor n; 0 for one draw"),
  })
  .describe("Mean over the few-shot draws");
export type OverDraws = z.infer<typeof overDrawsSchema>;

export const costSchema = z.object({
  evaluatedTokens: z.int().nonnegative().describe("Tokens that went through the model"),
  minimumTokens: z.int().nonnegative().describe("Tokens that had to"),
  promptTokens: z.int().nonnegative().describe("Tokens of all prompts: what a run without prefix reuse evaluates"),
  milliseconds: finite.nonnegative().describe("Sum of the times of the single items in the model host"),
  tokensPerSecond: finite.nonnegative().nullable(),
  millisecondsPerItem: z.object({ mean: finite, median: finite, p95: finite }).nullable(),
});
export type CostSummary = z.infer<typeof costSchema>;

export const benchmarkSummarySchema = z.object({
  benchmark: z.string(),
  primaryMetric: z.string().describe("Which metric is the result"),
  items: z.int().positive().describe("Different items"),
  metrics: z.record(z.string(), overDrawsSchema),
  draws: z.array(drawSummarySchema),
  subjects: z
    .array(z.object({ subject: z.string(), items: z.int().positive(), accuracy: estimateSchema }))
    .describe("Accuracy by subject over all draws, where items have one"),
  notices: z
    .array(noticeSchema)
    .optional()
    .describe("What was left out of the data, or is odd in it; absent where an older Medley did not count it"),
  cost: costSchema,
});
export type BenchmarkSummary = z.infer<typeof benchmarkSummarySchema>;

export const groupSummarySchema = z.object({
  group: z.string(),
  benchmarks: z.array(z.string()),
  aggregation: z.enum(["bySize", "unweighted"]),
  method: z
    .enum(["stratifiedScore", "joinedWilson"])
    .default("joinedWilson")
    .describe(
      "Of the interval. stratifiedScore: score interval of the weighted mean. joinedWilson, also of older summaries that " +
        "name none: the members' Wilson limits joined, which miss the true value too often with small members",
    ),
  accuracy: overDrawsSchema.describe(
    "With several draws, standard error and interval are those of one draw of the mean accuracy: never too narrow",
  ),
});
export type GroupSummary = z.infer<typeof groupSummarySchema>;

/** The result of an evaluation run: what its `summary` event holds. Computed from items.jsonl and what is known of the data. */
export const evaluationSummarySchema = z.object({
  v: z.literal(1).describe("Version of this format"),
  protocol: z.object({ id: z.string(), version: z.int(), parameters: z.json() }),
  benchmarks: z.array(benchmarkSummarySchema),
  groups: z.array(groupSummarySchema),
  notices: z
    .array(noticeSchema)
    .optional()
    .describe("What is odd about the model; absent where an older Medley did not look"),
  cost: costSchema,
});
export type EvaluationSummary = z.infer<typeof evaluationSummarySchema>;
