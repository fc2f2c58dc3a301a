import { splitThinking } from "./thinking.ts";

/** Tags around the text that a question is about. */
const textTags = { opening: "<text>", closing: "</text>" } as const;

/** The text that a question is about, marked off from the question. */
export function markText(text: string): string {
  return `${textTags.opening}\n${text}\n${textTags.closing}`;
}

/** A first line that speaks of the answer: "Here is the shortened text:". */
const preamble =
  /^(?:(?:sure|certainly|of course|okay|ok)\b[^\n]{0,40}\n+|(?:here|sure|certainly|below|voici)\b[^\n]{0,160}:[ \t]*\n)\s*/i;

/** A block of code with nothing but a few words in front and behind. */
const fenced = /^([^\n]*\n)?\s*(`{3,}|~{3,})[^\n`]*\n([\s\S]*?)\n?\2[ \t]*(?:\n+[^\n]*)?$/;

/**
 * What takes the place of a text when a model's answer is applied: the answer without its thinking, the words in front of
 * it, the fence around it, and tags repeated from the question. White space at both ends stays as it was in the text.
 * @param original the text that the question was about
 */
export function replacementOf(answer: string, original: string): string {
  let text = splitThinking(answer).answer.trim();
  const hasFence = /^\s*(`{3,}|~{3,})/m.test(original);
  const block = hasFence ? null : fenced.exec(text);
  // More than one block is a text with blocks in it.
  if (block !== null && !/^\s*(`{3,}|~{3,})/m.test(block[3]!)) text = block[3]!;
  else text = text.replace(preamble, "");
  if (text.startsWith(textTags.opening)) text = text.slice(textTags.opening.length);
  if (text.trimEnd().endsWith(textTags.closing)) text = text.trimEnd().slice(0, -textTags.closing.length);
  const [before] = /^\s*/.exec(original)!;
  const [after] = /\s*$/.exec(original.slice(before.length))!;
  const inner = text.replace(/^\s*\n/, "").trimEnd();
  const kept = block === null ? inner.trimStart() : inner;
  return `${kept.startsWith(before) ? "" : before}${kept}${after}`;
}
