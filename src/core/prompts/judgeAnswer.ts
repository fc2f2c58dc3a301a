import type { PromptFile } from "./promptFile.ts";
import { fillTemplate, type VariableValues } from "./variables.ts";

type Evaluator = NonNullable<PromptFile["evaluators"]>[number];

/** What an evaluator says of an answer. */
export interface Judgement {
  /** The evaluator's. */
  readonly name: string;
  /** Undefined where it needs a judge of its own, which is not asked. */
  readonly passed: boolean | undefined;
}

/** How an answer compares with a text, by the key of the rule: letters in the same case, white space as it is. */
const rules = {
  equals: (answer: string, text: string) => answer === text,
  contains: (answer: string, text: string) => answer.includes(text),
  startsWith: (answer: string, text: string) => answer.startsWith(text),
  endsWith: (answer: string, text: string) => answer.endsWith(text),
} as const;

/**
 * What the evaluators of a prompt file say of an answer. One that compares with texts passes when all of its rules do;
 * white space around the answer does not count.
 * @param values of the entry of the test data that the answer is for: its variables are filled in
 * @throws ConfigurationError that names the variables without a value
 */
export function judgeAnswer(evaluators: readonly Evaluator[], answer: string, values: VariableValues): Judgement[] {
  return evaluators.map(({ name, string }) => ({
    name,
    passed:
      string &&
      Object.entries(string).every(([rule, text]) =>
        rules[rule as keyof typeof rules](answer.trim(), fillTemplate(text, values)),
      ),
  }));
}
