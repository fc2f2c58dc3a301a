import { z } from "zod";

/** A natural-log probability. It may be -Infinity, which JSON cannot say: that is written as null. */
const logProbability = z.number().max(0).nullable();

const continuationsAnswer = z.object({
  scoring: z.literal("continuations"),
  /** Sum of log-probabilities per option as shown. */
  logLikelihoods: z.array(logProbability),
  /** Tokens per option. */
  tokenCounts: z.array(z.int().positive()),
  /** Unicode code points per option, delimiter excluded: the denominator of acc_norm. */
  characters: z.array(z.int().nonnegative()),
  /** UTF-8 bytes per option, delimiter excluded: the denominator of acc_bytes. */
  bytes: z.array(z.int().nonnegative()),
  /** Whether every token of the option is the most probable one at its place. */
  greedy: z.array(z.boolean()),
  /** Sum of log-probabilities per option on its own, after BOS alone; where the protocol asks for it. */
  unconditionalLogLikelihoods: z.array(logProbability).optional(),
});

const nextTokenAnswer = z.object({
  scoring: z.literal("nextToken"),
  /** Most probable token of the whole vocabulary, and its text on its own. */
  next: z.object({ token: z.int(), text: z.string(), logProbability }),
  /** Log-probability of each label, in the order of the options as shown; null too when no token spells it. */
  labelLogProbabilities: z.array(logProbability),
});

const generationAnswer = z.object({
  scoring: z.literal("generation"),
  text: z.string(),
  tokens: z.int().nonnegative(),
  stopReason: z.enum(["endOfText", "stopText", "maxTokens"]),
  /** With which the tokens were drawn. */
  seed: z.int().nonnegative(),
});

/** One line of items.jsonl: complete enough to recompute every metric without the model. */
export const itemRecordSchema = z.object({
  v: z.literal(1),
  benchmark: z.string(),
  item: z.string(),
  /** Zero-based few-shot draw. */
  draw: z.int().nonnegative(),
  subject: z.string().optional(),
  language: z.string(),
  /** `order[k]` is the source index of the option shown at position k. */
  order: z.array(z.int().nonnegative()),
  /** What the protocol calls each option, in the order shown. */
  labels: z.array(z.string()),
  /** Positions, as shown, of the right options. */
  gold: z.array(z.int().nonnegative()),
  /** Ids of the few-shot examples, in the order shown. */
  shots: z.array(z.string()),
  /** Shots that were left out because the prompt did not fit. */
  droppedShots: z.int().nonnegative(),
  /** SHA-256 of the prompt's UTF-8 text. */
  promptSha256: z.string(),
  /** Length of the prompt after shots were dropped and before it was truncated, BOS included. */
  promptTokens: z.int().nonnegative(),
  /** Tokens cut off at the left because the prompt did not fit. */
  truncatedTokens: z.int().nonnegative(),
  answer: z.discriminatedUnion("scoring", [continuationsAnswer, nextTokenAnswer, generationAnswer]).optional(),
  prediction: z.int().nonnegative().nullable(),
  valid: z.boolean(),
  correct: z.boolean(),
  metrics: z.record(z.string(), z.number()),
  /** Probability of each option as shown, not renormalised. */
  probabilities: z.array(z.number().min(0).max(1)).optional(),
  /** Tokens that went through the model for this item. */
  evaluatedTokens: z.int().nonnegative(),
  /** Tokens that had to, given that the items are evaluated in the planned order and no prefix is evaluated twice. */
  minimumTokens: z.int().nonnegative(),
  /** Wall time in the model host. */
  milliseconds: z.number().nonnegative(),
  /** Set instead of `answer` when the item could not be evaluated. It counts as wrong and as failed. */
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
});

export type ItemRecord = z.infer<typeof itemRecordSchema>;
