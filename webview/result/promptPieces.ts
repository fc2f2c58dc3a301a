import type { ShownToken } from "../../src/core/evaluation/shownPrompt.ts";
import { append } from "../../src/core/lists.ts";

/** Text of a prompt that one token stands for, or that several do: parts of characters, of which none can be shown alone. */
export interface PromptPiece {
  readonly text: string;
  /** Ids in the vocabulary. */
  readonly tokens: readonly number[];
}

/** What stands in place of bytes that are no whole character. */
const broken = "\uFFFD";

/**
 * The tokens of a prompt with the text that they stand for. Where a tokenizer cuts characters into bytes, the tokens
 * between two that are whole share the text that lies there; where it cannot be told, they stay as they are.
 * @param context the text of the prompt; it may have been cut off at the left
 */
export function promptPieces(tokens: readonly ShownToken[], context: string): PromptPiece[] {
  const pieces: PromptPiece[] = [];
  let end = context.length;
  for (let last = tokens.length - 1; last >= 0;) {
    const first = isBroken(tokens[last]!) ? beginningOfBroken(tokens, last) : last;
    const here = tokens.slice(first, last + 1);
    const text =
      first === last && !isBroken(here[0]!) ? here[0]!.text : sharedText(here, tokens[first - 1], context, end);
    if (text === undefined) append(pieces, here.map(single).reverse());
    else pieces.push({ text, tokens: here.map(({ id }) => id) });
    // Special tokens, and the space that some tokenizers put before the first word, are not in the text.
    if (text !== undefined && context.endsWith(text, end)) end -= text.length;
    last = first - 1;
  }
  return pieces.reverse();
}

function isBroken({ text }: ShownToken): boolean {
  return text.includes(broken);
}

function single({ id, text }: ShownToken): PromptPiece {
  return { text, tokens: [id] };
}

function beginningOfBroken(tokens: readonly ShownToken[], last: number): number {
  let first = last;
  while (first > 0 && isBroken(tokens[first - 1]!)) first--;
  return first;
}

/** The text between the token before and what follows; undefined when these tokens cannot be its bytes. */
function sharedText(
  tokens: readonly ShownToken[],
  before: ShownToken | undefined,
  context: string,
  end: number,
): string | undefined {
  if (before === undefined || before.text === "") return undefined;
  const found = context.lastIndexOf(before.text, end - 1);
  const text = found < 0 ? "" : context.slice(found + before.text.length, end);
  return new TextEncoder().encode(text).length >= tokens.length ? text : undefined;
}
