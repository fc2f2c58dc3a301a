import type { Item } from "../benchmarks/item.ts";
import type { Protocol } from "./protocol.ts";

/**
 * What a protocol writes in front of an item's own words (instruction, examples, `Question:`), by which the prompts of
 * other items begin too: the common beginning of its context and that of an item with other words. Spaces at the end are
 * left out, since tokens join them with the word that follows.
 */
export function sharedHead<Parameters>(
  protocol: Protocol<Parameters>,
  item: Item,
  shots: readonly Item[],
  parameters: Parameters,
): string {
  const [context, other] = [item, withOtherWords(item)].map(
    (each) => protocol.prompt(each, shots, parameters).request.context,
  ) as [string, string];
  let length = 0;
  while (length < context.length && context[length] === other[length]) length++;
  return context.slice(0, length).replace(/ +$/, "");
}

function withOtherWords(item: Item): Item {
  return {
    ...item,
    question: otherWord(item.question),
    context: item.context.map(otherWord),
    options: item.options.map((option) => ({ ...option, text: otherWord(option.text) })),
  };
}

/** A text with another first character; protocols may strip white space in front of it. */
function otherWord(text: string): string {
  return text.trimStart().startsWith("a") ? "b" : "a";
}
