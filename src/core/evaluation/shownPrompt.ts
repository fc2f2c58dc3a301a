import { z } from "zod";
import { t } from "../pages/texts.ts";

const shownTokenSchema = z.object({ id: z.int().nonnegative(), text: z.string() });
export type ShownToken = z.infer<typeof shownTokenSchema>;

const tokenViewSchema = z.object({
  prompt: z.array(shownTokenSchema),
  continuations: z.array(z.array(shownTokenSchema)).describe("One an option, in the order shown"),
  window: z.int().positive().describe("Most tokens that prompt and continuation may have"),
  droppedShots: z.int().nonnegative(),
  truncatedTokens: z.int().nonnegative(),
  problem: z.string().optional().describe("Why the item cannot be evaluated"),
});
export type TokenView = z.infer<typeof tokenViewSchema>;

const requestSchema = z.discriminatedUnion("scoring", [
  z.object({
    scoring: z.literal("continuations"),
    context: z.string(),
    delimiter: z.string(),
    continuations: z.array(z.string()).readonly(),
    unconditional: z.boolean(),
  }),
  z.object({ scoring: z.literal("nextToken"), context: z.string(), labels: z.array(z.string()).readonly() }),
  z.object({
    scoring: z.literal("generation"),
    context: z.string(),
    maxTokens: z.int().positive(),
    sampling: z.object({
      temperature: z.number(),
      topK: z.int().optional(),
      topP: z.number().optional(),
      seed: z.int(),
      frequencyPenalty: z.number().optional(),
    }),
    stop: z.array(z.string()).readonly(),
  }),
]);

/** The prompt of one item in one draw, as it is shown to a person. */
export const shownPromptSchema = z.object({
  benchmark: z.string(),
  item: z.string(),
  draw: z.int().nonnegative(),
  protocol: z.string(),
  shots: z.array(z.string()).describe("Ids of the few-shot examples that fit"),
  request: requestSchema,
  right: z.array(z.string()).describe("Labels or texts of the right options, as the protocol calls them"),
  tokens: tokenViewSchema.optional().describe("With a model only"),
});
export type ShownPrompt = z.infer<typeof shownPromptSchema>;

/** How the answer to the prompt is read, in a few words. */
export function describeRequest(request: ShownPrompt["request"]): string {
  switch (request.scoring) {
    case "continuations":
      return t("scored by the log-likelihood of each continuation");
    case "nextToken":
      return t("scored by the next token; labels {0}", request.labels.join(", "));
    case "generation":
      return t("answered with up to {0} tokens, temperature {1}", request.maxTokens, request.sampling.temperature);
  }
}

/** How long the prompt is against what fits, and what was lost. */
export function describeLength({ prompt, window, droppedShots, truncatedTokens, problem }: TokenView): string {
  if (problem !== undefined) return t("Cannot be evaluated: {0}", problem);
  const lost = [
    ...(droppedShots > 0 ? [t("{0} shots left out", droppedShots)] : []),
    ...(truncatedTokens > 0 ? [t("{0} tokens cut off at the left", truncatedTokens)] : []),
  ];
  const length = t("{0} tokens of a window of {1}", prompt.length, window);
  return lost.length === 0 ? length : t("{0}; did not fit: {1}", length, lost.join(", "));
}
