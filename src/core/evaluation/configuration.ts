import { z } from "zod";
import { inlineQuestionsSchema } from "../benchmarks/inlineQuestions.ts";
import { isOwnQuestionsPath } from "../benchmarks/ownQuestions.ts";
import { resolveBenchmark } from "../benchmarks/registry.ts";
import { ConfigurationError } from "../errors.ts";
import { gpuSchema, kvCacheTypeSchema } from "../models/loadSettings.ts";
import { plotIds, plotIdSchema } from "../results/plots.ts";
import { checkSchema } from "../schemaProblems.ts";
import { languageTagSchema } from "./languageTag.ts";
import { overflowPolicySchema } from "./overflowPolicy.ts";
import { shotsSettingSchema } from "./shotSource.ts";

const name = z.string().min(1);
const oneOrMore = <T extends z.ZodType>(entry: T) => z.union([entry, z.array(entry).min(1)]);

const protocolSettingSchema = z.union([
  name,
  z.strictObject({
    id: name.describe("Id of a built-in protocol, or path of a file that declares your own"),
    parameters: z
      .record(z.string(), z.json())
      .describe("Settings of the protocol; what is left out has the protocol's default"),
  }),
]);

const keysSchema = z
  .strictObject({
    benchmark: oneOrMore(name)
      .optional()
      .describe(
        "What is asked: ids of benchmarks (medqa-4) or groups (mmlu-medical-6), or paths of .jsonl or .csv files with " +
          "your own questions.",
      ),
    questions: inlineQuestionsSchema
      .optional()
      .describe(
        "Questions that stand here themselves, instead of a benchmark or beside one: each has a question, its options " +
          "and the right answer. They are reported as the benchmark `inline`.",
      ),
    models: oneOrMore(name).describe("Paths of the GGUF files to evaluate. Each model gets a run of its own."),
    protocol: protocolSettingSchema
      .default("lm-eval")
      .describe(
        "How questions become prompts and answers become predictions: lm-eval, biomistral, medilora, meditron, the " +
          "path of a file that declares your own, or an id with parameters.",
      ),
    shots: shotsSettingSchema
      .optional()
      .describe(
        "Few-shot examples in each prompt: a number, or the sources of the examples. Without it the protocol's own.",
      ),
    draws: z
      .int()
      .positive()
      .optional()
      .describe("Evaluates only the first so many few-shot draws of a protocol that has several. Without it all."),
    limit: z.int().positive().optional().describe("Evaluates only the first so many items of each benchmark."),
    items: z
      .union([z.array(name).min(1), z.record(name, z.array(name).min(1))])
      .optional()
      .describe("Evaluates only the items with these ids: a list, or for several benchmarks a list for each."),
    seed: z
      .int()
      .nonnegative()
      .max(0xffff_ffff)
      .default(1234)
      .describe("Seed of everything random: shuffled options, and the protocol's draws where it takes one seed."),
    shuffleOptions: z
      .boolean()
      .default(false)
      .describe(
        "Shows the options of each item in an order drawn with the seed, to see what position does to the answer.",
      ),
    overflow: overflowPolicySchema.optional(),
    contextSize: z
      .int()
      .min(8)
      .optional()
      .describe(
        "Tokens of context that the model is loaded with. Without it what it was trained with, at most 4096. What does " +
          "not fit is handled by `overflow` and counted.",
      ),
    kvCacheType: kvCacheTypeSchema
      .default("F32")
      .describe("Number format of the attention cache. F32 gives the model's own numbers; F16 halves the memory."),
    threads: z
      .int()
      .positive()
      .optional()
      .describe("Processor threads of the model. It changes the speed, and numbers by rounding only."),
    gpu: gpuSchema.default("auto").describe("Where the model runs. auto: on a GPU if one is found."),
    data: oneOrMore(name)
      .optional()
      .describe("Folders in which the data files of benchmarks are searched, by name and content."),
    language: languageTagSchema
      .optional()
      .describe(
        "Language of your own questions, as a BCP 47 tag (en, fr, ar), where the file does not say. Without it English.",
      ),
    copBase: z
      .union([z.literal(0), z.literal(1)])
      .optional()
      .describe("MedMCQA only: whether `cop` counts from 0 or from 1, where the values of the file fit both."),
    strict: z
      .boolean()
      .default(false)
      .describe("Refuses a benchmark with any malformed record, instead of leaving that record out and saying so."),
    compare: z
      .enum(["paired", "none"])
      .default("paired")
      .describe("How several models are compared: item by item with Holm's correction, or not at all."),
    plots: z
      .union([plotIdSchema, z.array(plotIdSchema)])
      .optional()
      .describe(
        `Charts of the result: ${plotIds.join(", ")}. Without it all that there is something to draw for; an empty ` +
          "list for none.",
      ),
  })
  .describe("Evaluation of models on multiple-choice questions");

/** The same keys where each may be missing: what a file leaves open, options of the command line give. */
export const partialConfigurationSchema = keysSchema.partial();

/**
 * What a user writes to evaluate models: an evaluation cell of a notebook, a file, or options of the command line.
 * Unknown keys are refused: a misspelt setting would silently change a number.
 */
export const evaluationConfigurationSchema = keysSchema.refine(
  ({ benchmark, questions }) => benchmark !== undefined || questions !== undefined,
  {
    error: 'Nothing is asked: the key "benchmark" is missing, and so is "questions"',
    // Also where another key is wrong, which needs not be mended first.
    when: ({ value }) => typeof value === "object" && value !== null,
  },
);

export type EvaluationConfigurationInput = z.input<typeof evaluationConfigurationSchema>;
/** With every default filled in. */
export type EvaluationConfiguration = z.output<typeof evaluationConfigurationSchema>;

/**
 * Checks a configuration that does not come from YAML text, for example from options of the command line.
 * @throws ConfigurationError that names every wrong key
 */
export function resolveConfiguration(given: unknown): EvaluationConfiguration {
  const checked = checkSchema(given, evaluationConfigurationSchema);
  if ("value" in checked) {
    const fault = languageFault(checked.value);
    if (fault !== undefined)
      throw new ConfigurationError(fault.message, { hint: fault.hint, place: { field: "language" } });
    return checked.value;
  }
  const [first, ...others] = checked.problems;
  throw new ConfigurationError([first!, ...others].map(({ message }) => message).join("\n"), {
    hint: first!.hint,
    place: { field: first!.path.join(".") },
  });
}

/**
 * What is wrong with a language beside a benchmark of another one: it is for own questions, and benchmarks have their own.
 * @throws ConfigurationError when there is no benchmark of a name
 */
export function languageFault({
  language,
  benchmark,
  questions,
}: Pick<EvaluationConfigurationInput, "language" | "benchmark"> & { readonly questions?: unknown }):
  { readonly message: string; readonly hint: string } | undefined {
  if (language === undefined) return undefined;
  const entries = asList(benchmark);
  const definitions = entries.flatMap((entry) =>
    isOwnQuestionsPath(entry) ? [] : resolveBenchmark(entry).definitions,
  );
  const other = definitions.find((definition) => definition.language !== language);
  if (other === undefined) return undefined;
  const asksOwn = questions !== undefined || entries.some(isOwnQuestionsPath);
  return {
    message: `The language ${language} changes nothing for ${other.id}: its questions are recorded as ${other.language}.`,
    hint: asksOwn
      ? "It is for own questions. Evaluate them apart from this benchmark, or let each of them name its language."
      : "It is for own questions. Remove it, or name a benchmark in that language, or a file.",
  };
}

/** The entries of a key that takes one or several. */
export function asList<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
