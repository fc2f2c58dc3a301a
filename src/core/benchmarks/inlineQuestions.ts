import { z } from "zod";
import type { BenchmarkDefinition, DataFile } from "./benchmark.ts";
import type { Option } from "./item.ts";
import { ownQuestions, ownQuestionSchema } from "./ownQuestions.ts";
import { letteredOptions } from "./reading.ts";

/** Id of the benchmark that the questions of a configuration make. No file of own questions and no built-in has it. */
export const inlineBenchmarkId = "inline";

const wholeNumberLabel = "A label may not be a whole number; write the options as a list.";

const inlineQuestionSchema = z.strictObject({
  ...ownQuestionSchema.shape,
  // Plain objects move keys that are whole numbers to the front, and the order of options can change a number.
  options: z
    .union([z.array(z.string()), z.record(z.string().regex(/\D/, wholeNumberLabel), z.string())])
    .describe(
      "The answers to choose from: a list, labelled A, B, C, … in this order, or a mapping from label to text.",
    ),
  answer: z.string().describe("The right option: its label, or its text."),
});

/** Questions that stand in a configuration itself. What is wrong with one of them is said at its place. */
export const inlineQuestionsSchema = z
  .array(inlineQuestionSchema)
  .min(1)
  .superRefine((questions, context) => {
    for (const { message, path } of problemsOf(questions)) context.addIssue({ code: "custom", message, path });
  });

export type InlineQuestion = z.output<typeof inlineQuestionSchema>;

/**
 * The questions of a configuration as a benchmark, and the JSON lines that it is read from: the same questions give
 * the same bytes, however they were written.
 * @param language BCP 47 tag of questions that name none
 */
export function inlineQuestions(
  questions: readonly InlineQuestion[],
  language?: string,
): { readonly definition: BenchmarkDefinition; readonly file: DataFile } {
  const definition = { ...ownQuestions("inline.jsonl", language), id: inlineBenchmarkId, title: "Inline questions" };
  const lines = questions.map((question, index) => JSON.stringify(toRecord(question, index)) + "\n");
  return { definition, file: { path: "questions", bytes: new TextEncoder().encode(lines.join("")) } };
}

/** The question in the form of a file of own questions: with an id, and the answer by its label. */
function toRecord(question: InlineQuestion, index: number): Partial<InlineQuestion> {
  const [label = question.answer] = labelsMeant(question);
  const { question: text, options, context, subject, language, split } = question;
  return { id: idOf(question, index), question: text, options, answer: label, context, subject, language, split };
}

function idOf({ id }: InlineQuestion, index: number): string {
  return id ?? String(index + 1);
}

/** Labels of the options that the answer may mean: one, unless something is wrong. */
function labelsMeant({ options, answer }: InlineQuestion): string[] {
  const labelled = Array.isArray(options) ? letteredOptions(options) : toOptions(options);
  return labelled.filter(({ label, text }) => label === answer || text === answer).map(({ label }) => label);
}

function toOptions(options: Readonly<Record<string, string>>): Option[] {
  return Object.entries(options).map(([label, text]) => ({ label, text }));
}

interface Problem {
  readonly message: string;
  readonly path: (string | number)[];
}

function problemsOf(questions: readonly InlineQuestion[]): Problem[] {
  const ids = questions.map(idOf);
  const own = questions.flatMap((question, index): Problem[] => {
    const repeated = ids.indexOf(ids[index]!) < index;
    const meant = labelsMeant(question);
    return [
      ...(repeated ? [{ message: `The id ${ids[index]} belongs to another question too.`, path: [index, "id"] }] : []),
      ...(meant.length > 1 ? [{ message: ambiguous(question, meant), path: [index, "answer"] }] : []),
    ];
  });
  const { definition, file } = inlineQuestions(questions);
  const { items, problems } = definition.read(new Map([["test", file]]));
  const others = problems.flatMap(({ message, place: { line, field } }): Problem[] =>
    field === "id" ? [] : [{ message, path: [line! - 1, ...(field === undefined ? [] : [field])] }],
  );
  if (questions.length === 0 || items.length > 0 || others.length > 0) return [...own, ...others];
  return [...own, { message: "All of them are examples for few-shot prompts; none is asked.", path: [] }];
}

function ambiguous({ answer }: InlineQuestion, labels: readonly string[]): string {
  return `The answer ${JSON.stringify(answer)} could mean the options ${labels.join(" and ")}.`;
}
