import { z } from "zod";
import { fromStored } from "../evaluation/judging.ts";
import type { ItemRecord } from "../runs/itemRecord.ts";
import { softmax } from "../statistics/probabilityScores.ts";

/**
 * Items of runs as the item browser shows them. An item is named by its benchmark, its id and the few-shot draw.
 * Texts of questions are not in a run's folder: they come from the benchmark's data, as long as that is what the run
 * was made with.
 */

/** An answer counts as one of low confidence when its {@link confidenceOf} is below: the other options have more. */
export const lowConfidence = 0.5;

/** Characters of a question that a row shows. */
export const questionExcerpt = 200;

/** Which items a request is about. */
export const itemOutcomes = ["all", "wrong", "right", "invalid", "failed", "flipped", "lowConfidence"] as const;

export const itemFilterSchema = z.strictObject({
  outcome: z
    .enum(itemOutcomes)
    .describe(
      "wrong: whatever counts as wrong, invalid answers and failed items included; invalid: answers that the protocol " +
        "does not accept; failed: items that could not be evaluated; flipped: right in one run and wrong in another; " +
        `lowConfidence: a probability below ${lowConfidence} for the answer given, among the options`,
    ),
  run: z
    .int()
    .nonnegative()
    .optional()
    .describe("Index of the run that the outcome is about; without it any run will do. Flipped is about all runs."),
  subject: z.string().optional(),
  search: z
    .string()
    .max(1000)
    .optional()
    .describe("Text that the id, the question, an option or a generated answer has, whatever its case"),
});
export type ItemFilter = z.infer<typeof itemFilterSchema>;

export const itemSortSchema = z.strictObject({
  by: z.enum(["item", "subject", "confidence"]),
  run: z.int().nonnegative().optional().describe("Index of the run whose confidence counts; the first without it"),
  descending: z.boolean().optional(),
});
export type ItemSort = z.infer<typeof itemSortSchema>;

const itemName = {
  item: z.string().describe("Id in the benchmark"),
  draw: z.int().nonnegative().describe("Zero-based few-shot draw"),
  subject: z.string().optional(),
  language: z.string().describe("BCP 47 tag"),
};

const confidence = z
  .number()
  .min(0)
  .max(1)
  .nullable()
  .describe("Probability of the answer given, those of the options made to sum to 1; null without them");

export const itemRowSchema = z.object({
  ...itemName,
  dir: z.enum(["ltr", "rtl"]).describe("Writing direction of the item's language"),
  question: z.string().nullable().describe(`The first ${questionExcerpt} characters; null when the data is gone`),
  answers: z
    .array(
      z
        .object({
          prediction: z.string().nullable().describe("Label of the predicted option, as this run showed it"),
          correct: z.boolean(),
          valid: z.boolean(),
          failed: z.boolean(),
          confidence,
        })
        .nullable(),
    )
    .describe("One a run; null where a run does not have the item"),
});
export type ItemRow = z.infer<typeof itemRowSchema>;

export const itemPageSchema = z.object({
  total: z.int().nonnegative().describe("Items that the filter lets through"),
  subjects: z.array(z.string()).describe("Of the whole benchmark, sorted"),
  draws: z.int().positive().describe("Few-shot draws that the runs have: with one there is no need to name it"),
  textMissing: z.string().optional().describe("Why the questions are shown without their text"),
  rows: z.array(itemRowSchema),
});
export type ItemPage = z.infer<typeof itemPageSchema>;

const logProbability = z.number().max(0).nullable().describe("Natural logarithm; null for minus infinity");

/** What one run says about an item. Options are in the order in which that run showed them. */
export const itemAnswerSchema = z.object({
  run: z.string().describe("Name of the run's folder"),
  label: z.string().describe("What tables call the run"),
  order: z.array(z.int().nonnegative()).describe("order[k] is the source index of the option shown at position k"),
  labels: z.array(z.string()).describe("What the protocol calls each option"),
  prediction: z.int().nonnegative().nullable().describe("Position of the predicted option, as shown"),
  valid: z.boolean(),
  correct: z.boolean(),
  confidence,
  metrics: z.record(z.string(), z.number()),
  probabilities: z.array(z.number().min(0).max(1)).optional().describe("Of each option, not renormalised"),
  logLikelihoods: z.array(logProbability).optional().describe("Of each option"),
  text: z.string().optional().describe("What the model wrote, or its most probable next token"),
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
  shots: z.array(z.string()).describe("Ids of the few-shot examples, in the order shown"),
  promptTokens: z.int().nonnegative(),
  truncatedTokens: z.int().nonnegative(),
  droppedShots: z.int().nonnegative(),
  milliseconds: z.number().nonnegative(),
});
export type ItemAnswer = z.infer<typeof itemAnswerSchema>;

export const itemDetailSchema = z.object({
  ...itemName,
  dir: z.enum(["ltr", "rtl"]),
  context: z.array(z.string()).describe("Paragraphs before the question"),
  question: z.string().nullable().describe("Null when the data is gone"),
  options: z.array(z.string()).nullable().describe("Texts in source order; null when the data is gone"),
  textMissing: z.string().optional().describe("Why question and options are null"),
  gold: z.array(z.int().nonnegative()).describe("Source indices of the right options"),
  runs: z.array(itemAnswerSchema.nullable()).describe("One a run asked for; null where a run does not have the item"),
});
export type ItemDetail = z.infer<typeof itemDetailSchema>;

/**
 * Probability of the answer that was given, among the options: softmax over the options' log-likelihoods, at the
 * predicted one. Null for an invalid answer, for text that the model wrote, and when no option has any probability.
 */
export function confidenceOf({ answer, prediction }: Pick<ItemRecord, "answer" | "prediction">): number | null {
  if (prediction === null) return null;
  const stored = logLikelihoodsOf(answer);
  if (stored === undefined || stored.length === 0) return null;
  return softmax(fromStored(stored))?.[prediction] ?? null;
}

/** Natural-log probability of each option, in the order shown; undefined for text that the model wrote. */
export function logLikelihoodsOf(answer: ItemRecord["answer"]): (number | null)[] | undefined {
  switch (answer?.scoring) {
    case "continuations":
      return answer.logLikelihoods;
    case "nextToken":
      return answer.labelLogProbabilities;
    case "generation":
    case undefined:
      return undefined;
  }
}

/** Primary language subtags whose usual script runs from right to left. */
/** Which item a row or a detail is about, and how its language is written. */
export function itemHead({
  item,
  draw,
  subject,
  language,
}: ItemRecord): Pick<ItemDetail, "item" | "draw" | "subject" | "language" | "dir"> {
  return { item, draw, ...(subject !== undefined && { subject }), language, dir: directionOf(language) };
}

const rightToLeft = new Set(["ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"]);

/** Writing direction of a BCP 47 language tag; a script subtag decides before the language. */
function directionOf(language: string): "ltr" | "rtl" {
  const [primary = "", ...subtags] = language.toLowerCase().split("-");
  const script = subtags.find((subtag) => /^[a-z]{4}$/.test(subtag));
  if (script !== undefined) return /^(arab|hebr|syrc|thaa|nkoo)$/.test(script) ? "rtl" : "ltr";
  return rightToLeft.has(primary) ? "rtl" : "ltr";
}
