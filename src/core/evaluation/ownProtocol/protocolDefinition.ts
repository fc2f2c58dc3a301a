import { z } from "zod";
import { languageTagSchema } from "../languageTag.ts";
import { overflowPolicySchema } from "../overflowPolicy.ts";
import { shotsSettingSchema } from "../shotSource.ts";

/** Slots of each template: what an item can fill in. */
export const templateSlots = {
  instruction: ["subject", "benchmark"],
  context: ["paragraphs"],
  question: ["question", "options", "context", "subject"],
  option: ["label", "text"],
  answer: ["label", "text"],
  find: ["label", "text"],
} as const;

const generationSchema = z.strictObject({
  kind: z.literal("generation"),
  maxTokens: z.int().positive().max(8192).default(16),
  temperature: z.number().nonnegative().default(0).describe("0 is greedy"),
  topK: z.int().positive().optional().describe("Draws from the most probable tokens only"),
  topP: z.number().positive().max(1).optional().describe("Draws from the fewest tokens that have this probability"),
  frequencyPenalty: z.number().optional().describe("Subtracted from a token's logit for each time it occurred"),
  seed: z.int().nonnegative().default(1234).describe("Every item's own seed is derived from it"),
  stop: z.array(z.string().min(1)).default([]).describe("Generation ends before the first of these texts"),
  find: z.string().default("{label}").describe("What in the generated text names an option. Slots: {label}, {text}"),
  where: z
    .enum(["start", "first", "last"])
    .default("start")
    .describe("start: the text must begin with it, white space aside. first, last: the occurrence that counts"),
  after: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Look only behind the last occurrence of this text, without regard to case; if absent, there is no answer",
    ),
  ignoreCase: z.boolean().default(false).describe("Whether a and A are the same label"),
});

export type GenerationScoring = z.infer<typeof generationSchema>;

const scoringSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("continuations") })
    .describe("The log-likelihood of each option's answer after the question, whole vocabulary"),
  z
    .strictObject({ kind: z.literal("nextToken") })
    .describe("The most probable next token of the whole vocabulary; it must spell an option's answer"),
  generationSchema.describe("Generates text and looks for the answer in it"),
]);

/** A protocol of the user's own, as a YAML file declares it. */
export const protocolDefinitionSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]*$/i, "Use letters, digits, dots, hyphens and underscores.")
      .describe("Shown beside every number that the protocol gives"),
    version: z.int().positive().default(1).describe("Raise it when you change anything below"),
    title: z.string().optional(),
    source: z.string().default("").describe("Paper or software that it follows"),
    instruction: z.string().default("").describe("Begins the prompt, exactly as it is. Slots: {subject}, {benchmark}"),
    context: z
      .string()
      .default("{paragraphs}\n")
      .describe("What {context} becomes for items that have context; for others it is empty. Slots: {paragraphs}"),
    paragraphSeparator: z.string().default("\n").describe("Between paragraphs of a context"),
    question: z
      .string()
      .describe(
        "A question up to the place where the answer begins. Slots: {question}, {options}, {context}, {subject}. Mind " +
          "the line end: a YAML block beginning with | keeps the last one, |- does not",
      ),
    stripQuestion: z.boolean().default(false).describe("Removes white space around the question's text"),
    option: z.string().default("{label}. {text}").describe("One of the {options}. Slots: {label}, {text}"),
    optionSeparator: z.string().default("\n").describe("Between the options"),
    labels: z
      .union([z.enum(["letters", "lowercase", "numbers", "dataset"]), z.array(z.string().min(1)).min(2)])
      .default("letters")
      .describe("A, B, …; a, b, …; 1, 2, …; what the data set has; or a list of your own"),
    answer: z
      .string()
      .default("{label}")
      .describe("What follows a question in an example, and is scored for each option. Slots: {label}, {text}"),
    delimiter: z.string().default(" ").describe("Between a question and its answer"),
    exampleSeparator: z.string().default("\n\n").describe("After each example"),
    scoring: scoringSchema.default({ kind: "continuations" }),
    metric: z
      .enum(["accuracy", "acc_norm", "acc_bytes", "acc_unconstrained", "acc_constrained"])
      .default("accuracy")
      .describe("Which of the metrics is the result"),
    shots: shotsSettingSchema
      .default(0)
      .describe("Few-shot examples, unless the user asks for others; a number takes the first ones of the pool"),
    bos: z
      .enum(["tokenizer", "none"])
      .default("tokenizer")
      .describe("Whether BOS goes in front, where the model has it"),
    parseSpecial: z
      .boolean()
      .default(true)
      .describe("Whether texts such as <|im_start|> become the model's special tokens"),
    languages: z
      .array(languageTagSchema)
      .min(1)
      .optional()
      .describe("Languages of the questions that it may ask (en, fr, ar); others are refused. Without it any"),
    overflow: overflowPolicySchema.default("refuse"),
    groupAggregation: z
      .enum(["bySize", "unweighted"])
      .default("bySize")
      .describe("Groups of benchmarks: every item counts the same, or every benchmark"),
  })
  .describe("A protocol of your own: how questions become prompts and answers become predictions");

export type ProtocolDefinition = z.infer<typeof protocolDefinitionSchema>;
