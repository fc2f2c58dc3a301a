import { nearest } from "../suggest.ts";
import type { Option } from "./item.ts";

/** What other data sets call the fields that every question must have. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  question: ["stem", "query", "prompt", "text", "sent1", "question_text", "qtext"],
  options: ["choices", "answers", "endings", "opa", "ending0", "A"],
  answer: ["answer_idx", "label", "correct", "correct_answer", "correct_option", "gold", "target", "key", "cop"],
};

/**
 * What to rename so that a record has the fields that it must have.
 * @param present names of its fields
 * @returns undefined when it has them
 */
export function missingFieldsHint(present: readonly string[]): string | undefined {
  const missing = Object.keys(otherNames).filter((field) => !present.includes(field));
  if (missing.length === 0) return undefined;
  const renamings = missing.map((field) => renaming(field, present)).filter((text) => text !== undefined);
  return [`It has the fields ${present.join(", ") || "of no name"}.`, ...renamings].join(" ");
}

/** What to do about columns that are missing or wrong. */
export function columnsHint(present: readonly string[]): string {
  const missing = ["question", "answer"].filter((name) => !present.includes(name));
  const renamings = missing.map((name) => renaming(name, present)).filter((text) => text !== undefined);
  return [
    present.length === 1
      ? `There is one column only, ${JSON.stringify(present[0])}: separate cells by commas, semicolons or tabs.`
      : `The columns are ${present.map((name) => JSON.stringify(name)).join(", ")}.`,
    ...renamings,
    "The first row names the columns: question,A,B,C,D,answer and, if wanted, id, context, subject, language, split.",
  ].join(" ");
}

function renaming(field: string, present: readonly string[]): string | undefined {
  const lower = new Map(present.map((name) => [name.toLowerCase(), name]));
  const known = [field, ...otherNames[field]!].map((name) => lower.get(name.toLowerCase()));
  const found = known.find((name) => name !== undefined) ?? nearest(field, present)[0];
  if (found === undefined) return undefined;
  const how = field === "answer" ? ", with the label of the right option in it" : field === "options" ? ", a list" : "";
  return `Rename ${JSON.stringify(found)} to ${JSON.stringify(field)}${how}.`;
}

/**
 * Why an answer is none of the labels, and what to do.
 * @param fields all of the record: one of them may hold the label
 */
export function answerFault(
  answer: string,
  options: readonly Option[],
  fields: ReadonlyMap<string, unknown>,
): { message: string; hint: string | undefined } {
  const labels = options.map(({ label }) => label);
  const meant = options.find(({ text }) => text === answer)?.label;
  const holder = otherNames["answer"]!.find((name) => labels.some((label) => label === fields.get(name)));
  const message =
    meant === undefined
      ? `The answer ${JSON.stringify(answer)} is none of the labels ${labels.join(", ")}.`
      : `The answer ${JSON.stringify(answer)} is the text of option ${meant}, where its label is expected.`;
  if (holder !== undefined) return { message, hint: `The label is in "${holder}": rename that field to "answer".` };
  const near = meant ?? labels.find((label) => label.toLowerCase() === answer.trim().toLowerCase());
  return { message, hint: near === undefined ? undefined : `Write ${JSON.stringify(near)}.` };
}
