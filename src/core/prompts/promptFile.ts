import { z } from "zod";
import { parseJson } from "../json.ts";
import { problemsError, readOnly } from "../yaml/readYaml.ts";
import { readYamlStream } from "../yaml/yamlStream.ts";
import { fillTemplate, type VariableValues } from "./variables.ts";

/** Who says something. */
export const messageRoles = ["system", "user", "assistant"] as const;

const messageSchema = z.strictObject({
  role: z.enum(messageRoles).describe("Who says it: the system, the user, or the assistant, which is the model."),
  content: z.string().describe("What is said. `{{name}}` stands for the value of that name in the test data."),
});

const parametersSchema = z.strictObject({
  maxTokens: z.int().positive().optional().describe("Most tokens of the answer."),
  temperature: z.number().min(0).optional().describe("How much chance there is in the answer: 0 is none."),
  topP: z.number().gt(0).max(1).optional().describe("Share of the likeliest tokens that the answer is drawn from."),
});

const stringEvaluatorSchema = z
  .strictObject({
    equals: z.string().optional().describe("The answer is this text."),
    contains: z.string().optional().describe("The answer contains this text."),
    startsWith: z.string().optional().describe("The answer begins with this text."),
    endsWith: z.string().optional().describe("The answer ends with this text."),
  })
  .refine((rules) => Object.keys(rules).length > 0, "Nothing is asked of the answer.");

const llmEvaluatorSchema = z.strictObject({
  modelId: z.string().describe("The model that judges."),
  prompt: z.string().describe("What it is asked. `{{completion}}` stands for the answer that it judges."),
  systemPrompt: z.string().optional().describe("System message of the model that judges."),
  choices: z
    .array(z.strictObject({ choice: z.string(), score: z.number() }))
    .min(1)
    .describe("What it can answer, each with its score."),
});

/** Ways to judge an answer; an evaluator has one of them. */
const judgements = ["string", "llm", "uses"] as const;

const evaluatorSchema = z
  .strictObject({
    name: z.string().describe("What is evaluated, for reports."),
    string: stringEvaluatorSchema.optional().describe("Compares the answer with a text."),
    llm: llmEvaluatorSchema.optional().describe("Asks a model to judge the answer."),
    uses: z.string().optional().describe("A judgement that is built in, by its name, such as `github/similarity`."),
  })
  .refine(
    (evaluator) => judgements.filter((key) => evaluator[key] !== undefined).length === 1,
    "An evaluator has exactly one of `string`, `llm` and `uses`",
  );

/** JSON Schema of answers, with its name: `{"name": …, "schema": {…}}`. */
const responseSchema = z.looseObject({
  name: z.string(),
  strict: z.boolean().optional(),
  schema: z.looseObject({}),
});
export type ResponseSchema = z.infer<typeof responseSchema>;

/**
 * A prompt file, `*.prompt.yml`: the format of GitHub Models, as its command line (github/gh-models, `pkg/prompt`) reads it.
 */
export const promptFileSchema = z
  .strictObject({
    name: z.string().optional().describe("What the prompt is called."),
    description: z.string().optional().describe("What it is for."),
    model: z.string().optional().describe("The model that is asked."),
    modelParameters: parametersSchema.optional().describe("How the answer is drawn."),
    responseFormat: z
      .enum(["text", "json_object", "json_schema"])
      .optional()
      .describe("What the answer is: a text, some JSON, or JSON that `jsonSchema` describes."),
    jsonSchema: z
      .string()
      .optional()
      .describe("What the answer has to be, for `responseFormat: json_schema`: JSON with a `name` and a `schema`."),
    messages: z.array(messageSchema).min(1).describe("The conversation that the model answers."),
    testData: z
      .array(z.record(z.string(), z.unknown()))
      .optional()
      .describe("Entries to try the prompt on: each gives values for its variables, and under `expected` the answer."),
    evaluators: z.array(evaluatorSchema).optional().describe("How answers are judged."),
  })
  .superRefine(({ responseFormat, jsonSchema }, context) => {
    const report = (key: string, message: string) => context.addIssue({ code: "custom", path: [key], message });
    if (responseFormat === "json_schema" && jsonSchema === undefined) {
      report("responseFormat", "Answers are to follow a schema, but the key `jsonSchema` is missing");
    }
    const fault = jsonSchema === undefined ? undefined : schemaFault(jsonSchema);
    if (fault !== undefined) report("jsonSchema", fault);
  });
export type PromptFile = z.infer<typeof promptFileSchema>;
export type PromptMessage = z.infer<typeof messageSchema>;

/** What is wrong with the text of a JSON Schema, in one sentence; undefined when nothing is. */
function schemaFault(text: string): string | undefined {
  try {
    const checked = responseSchema.safeParse(parseJson(text));
    if (checked.success) return undefined;
    return "The JSON needs a text under `name` and a JSON Schema under `schema`";
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return `This is not JSON: ${error.message}`;
  }
}

/** The JSON Schema that answers of a prompt have to follow, if it asks for one. */
export function responseSchemaOf({ responseFormat, jsonSchema }: PromptFile): ResponseSchema | undefined {
  if (responseFormat !== "json_schema" || jsonSchema === undefined) return undefined;
  return responseSchema.parse(parseJson(jsonSchema));
}

/**
 * Reads a prompt file.
 * @param file named in the error
 * @throws ConfigurationError at the place of the first problem; its message names the others too
 */
export function parsePromptFile(text: string, file?: string): PromptFile {
  const stream = readYamlStream(text, "1.2");
  const { value, problems } = readOnly(stream, promptFileSchema);
  if (value === undefined) throw problemsError(problems, stream, { file });
  return value;
}

/** The messages with their variables filled in. @throws ConfigurationError that names the variables without a value */
export function fillMessages(messages: readonly PromptMessage[], values: VariableValues): PromptMessage[] {
  return messages.map(({ role, content }) => ({ role, content: fillTemplate(content, values) }));
}
