/** A reasoning model's answer, with its thinking apart. */
export interface SplitThinking {
  /** Empty where the model did not think aloud. */
  readonly thinking: string;
  /** What it says to the user; empty while it still thinks. */
  readonly answer: string;
  /** False while a block of thinking is open. */
  readonly ended: boolean;
}

const opening = /^\s*<think(?:ing)?>/;
const closing = /<\/think(?:ing)?>/;
const tags = ["<think>", "<thinking>"];

/**
 * Takes the thinking out of an answer, also of one that has not ended: a block that is never closed is thinking to its
 * end, and the first characters of what may become a tag belong to neither. Some templates open the block themselves, so
 * that the answer has the closing tag only.
 */
export function splitThinking(text: string): SplitThinking {
  const thoughts: string[] = [];
  const thinkingOf = (): string => thoughts.filter((part) => part !== "").join("\n\n");
  for (let rest = text; ;) {
    const opened = opening.exec(rest);
    const inside = opened === null ? rest : rest.slice(opened[0].length);
    const closed = closing.exec(inside);
    if (closed === null && opened !== null) {
      thoughts.push(inside.trim());
      return { thinking: thinkingOf(), answer: "", ended: false };
    }
    // Only the first block may have been opened by the template.
    if (closed === null || (opened === null && thoughts.length > 0)) {
      const answer = rest.trimStart();
      const mayBecomeTag = answer !== "" && tags.some((tag) => tag.startsWith(answer));
      return { thinking: thinkingOf(), answer: mayBecomeTag ? "" : answer, ended: !mayBecomeTag };
    }
    thoughts.push(inside.slice(0, closed.index).trim());
    rest = inside.slice(closed.index + closed[0].length);
  }
}
