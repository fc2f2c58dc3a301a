import type { Item } from "./item.ts";

/** The text without regard to how it is spaced. */
export function spaceText(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

/** The text without regard to case and to how it is spaced. */
export function foldText(text: string): string {
  return spaceText(text).toLowerCase();
}

/**
 * What an item asks, equal for two items that ask the same: question, paragraphs and the option texts after
 * {@link foldText}, in whatever order the options stand. The question alone is not enough: "Which of the following
 * statements is correct?" begins many.
 */
export function questionText({ question, context, options }: Item): string {
  const texts = options.map(({ text }) => foldText(text)).sort();
  return JSON.stringify([foldText(question), context.map(foldText), texts]);
}
