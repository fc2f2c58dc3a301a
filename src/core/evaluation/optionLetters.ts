import { ConfigurationError } from "../errors.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * `A`, `B`, … for the options in the order shown.
 * @throws ConfigurationError for more than 26 options
 */
export function optionLetters(count: number): string[] {
  if (count > alphabet.length) {
    throw new ConfigurationError(`There are ${count} options, but only ${alphabet.length} letters to name them.`, {
      hint: "Use a protocol that scores the options' text.",
    });
  }
  return [...alphabet.slice(0, count)];
}
