import { z } from "zod";
import type { JsonObject } from "./orderedJson.ts";
import { letter, toPlain } from "./reading.ts";

/** Rows of Self-BioRAG's copies of training questions: question and options in one text, made for instruction tuning. */
const instructionRow = z.object({
  instances: z.object({ input: z.string(), output: z.union([z.string(), z.array(z.string()).min(1)]) }),
});

export interface InstructionQuestion {
  readonly question: string;
  readonly options: readonly string[];
  readonly answer: number;
}

export function isInstructionRow(object: JsonObject): boolean {
  return object.has("instances");
}

/**
 * Takes question and options out of the text, `Question: …\nOption A: …`. The answer is a letter (`Answer: (A)`) or the
 * text of one option.
 * @returns undefined when the text has another form, or when the answer is none or several of the options
 */
export function parseInstructionRow(object: JsonObject, optionCount: number): InstructionQuestion | undefined {
  const row = instructionRow.safeParse(toPlain(object));
  if (!row.success) return undefined;
  const { input, output } = row.data.instances;
  const parts = input.replace(/\n$/, "").split(/\nOption [A-Z]: ?/);
  const labels = [...input.matchAll(/\nOption ([A-Z]): ?/g)].map((match) => match[1]);
  const expected = Array.from({ length: optionCount }, (_, index) => letter(index));
  const stem = /^question: (.+)$/is.exec(parts[0]!)?.[1];
  if (stem === undefined || labels.join() !== expected.join()) return undefined;
  const options = parts.slice(1);
  const answer = answerIndex(options, typeof output === "string" ? output : output[0]!);
  return answer === undefined ? undefined : { question: stem, options, answer };
}

function answerIndex(options: readonly string[], output: string): number | undefined {
  const answerLetter = /^Answer: \(([A-Z])\)$/.exec(output)?.[1];
  const right = options.flatMap((text, index) =>
    (answerLetter === undefined ? text === output : letter(index) === answerLetter) ? [index] : [],
  );
  return right.length === 1 ? right[0] : undefined;
}
