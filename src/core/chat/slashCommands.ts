import { ConfigurationError } from "../errors.ts";

/** A question that clinical researchers often ask of a text, by a short name. */
export interface SlashCommand {
  readonly name: string;
  /** What it does, for lists. */
  readonly description: string;
  /** What may follow the name; absent where nothing may. */
  readonly argument?: string;
  /** What the model is asked. */
  instruction(argument: string): string;
}

export const slashCommands: readonly SlashCommand[] = [
  {
    name: "summarize",
    description: "The main points in a few sentences",
    argument: "for whom, or how long",
    instruction: (argument) =>
      `Summarize the text${clause(argument)}. Keep every number, dose, unit and negation as it is. Add nothing that the text does not say.`,
  },
  {
    name: "explain",
    description: "What it means, and the terms and abbreviations in it",
    argument: "what to explain",
    instruction: (argument) =>
      argument === ""
        ? "Explain the text, and what its medical terms and abbreviations mean."
        : `Explain ${argument} in the text.`,
  },
  {
    name: "simplify",
    description: "The same in plain words, for patients",
    instruction: () =>
      "Rewrite the text in plain words that a patient understands. Keep every number, dose, unit and negation. Answer with the rewritten text only.",
  },
  {
    name: "translate",
    description: "Into another language",
    argument: "the language",
    instruction: (argument) =>
      `Translate the text into ${argument === "" ? "English" : argument}. Keep every number, dose, unit and name. Answer with the translation only.`,
  },
  {
    name: "mcqa",
    description: "A multiple-choice question from the passage",
    instruction: () =>
      "Write one multiple-choice question that can be answered from the text, with four options A to D, one of them right. Then give the letter of the right option.",
  },
];

function clause(argument: string): string {
  return argument === "" ? " in a few sentences" : ` ${argument}`;
}

/**
 * What a model is asked for what a user wrote.
 * @throws ConfigurationError for a slash command that does not exist
 */
export function instructionOf(question: string): string {
  const written = /^\/([A-Za-z]+)(?:\s+([\s\S]*))?$/.exec(question.trim());
  if (written === null) return question.trim();
  const [, name = "", argument = ""] = written;
  const command = slashCommands.find((other) => other.name === name.toLowerCase());
  if (command !== undefined) return command.instruction(argument.trim());
  throw new ConfigurationError(`There is no command /${name}.`, {
    hint: `There are ${slashCommands.map((other) => `/${other.name}`).join(", ")}.`,
  });
}
