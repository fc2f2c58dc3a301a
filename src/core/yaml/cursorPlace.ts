import type { KeyPath } from "../schemaProblems.ts";
import type { TextRange } from "./textRange.ts";
import { outlineOf, type OutlineNode } from "./outline.ts";

/** What could stand at the cursor. */
export interface CursorPlace {
  /**
   * `key`: the name of a key of `container`. `value`: the single value of the key or item at `path`. `open`: a line of
   * its own, where a key, an item of a list or a value of `container` may begin.
   */
  readonly role: "key" | "value" | "open";
  /** The mapping or list around the cursor. */
  readonly container: OutlineNode;
  /** Where the value belongs; that of the container for keys and open places. */
  readonly path: KeyPath;
  /** What a completion replaces: the word around the cursor. */
  readonly word: TextRange;
  /** The word up to the cursor. */
  readonly typed: string;
  /** What stands before the word in its line. */
  readonly before: string;
  /** A colon follows already. */
  readonly hasColon: boolean;
  readonly inFlow: boolean;
  /** Whether the word is in quotes. */
  readonly quoted: boolean;
  /** Column of the word, and the blanks that its line begins with. */
  readonly column: number;
  readonly lineIndent: number;
  /** Top of the document that the cursor is in. */
  readonly root: OutlineNode;
  /** Tops of the other documents. */
  readonly others: readonly OutlineNode[];
}

/** Stands in the text where the cursor is; a character that no document of a person holds. */
const mark = "\uE000";
const delimiter = /[\s,[\]{}"']/;

/** The place of the cursor in a text that may be half written and broken; undefined in comments, and in text that is nested too deeply. */
export function cursorPlace(text: string, offset: number): CursorPlace | undefined {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  if (/(?:^|\s)#/.test(withoutQuotes(text.slice(lineStart, offset)))) return undefined;
  const word = wordAt(text, offset);
  const documents = outlineOf(text.slice(0, word.start) + mark + text.slice(word.end));
  const position = documents.findIndex(({ range }) => word.start < range.end || range.end >= text.length);
  const root = (documents[position] ?? documents.at(-1))?.root;
  // A text that is nested too deeply has no outline.
  if (root === undefined) return undefined;
  const others = documents.map((document) => document.root).filter((other) => other !== root);
  const found = findMark(root);
  if (found === undefined) return undefined;
  const { node, isKey } = found;
  const isOpen = !isKey && node.key === undefined && node.index === undefined;
  return {
    role: isKey || (isOpen && node.flow) ? "key" : isOpen ? "open" : "value",
    container: node.parent ?? root,
    path: isKey || isOpen ? (node.parent ?? root).path : node.path,
    word,
    typed: text.slice(word.start, offset),
    before: text.slice(lineStart, word.start),
    hasColon: isKey,
    inFlow: node.flow,
    quoted: /["']/.test(text[word.start - 1] ?? ""),
    column: word.start - lineStart,
    lineIndent: /^[ \t]*/.exec(text.slice(lineStart, word.start))![0].length,
    root,
    others,
  };
}

function wordAt(text: string, offset: number): TextRange {
  let start = offset;
  while (start > 0 && !delimiter.test(text[start - 1]!)) start--;
  let end = offset;
  while (end < text.length && !delimiter.test(text[end]!)) {
    if (text[end] === ":" && /[\s,}\]]/.test(text[end + 1] ?? " ")) break;
    end++;
  }
  return { start, end };
}

function withoutQuotes(line: string): string {
  return line.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, "");
}

function findMark(node: OutlineNode): { node: OutlineNode; isKey: boolean } | undefined {
  for (const child of node.children) {
    if (child.key?.includes(mark) === true) return { node: child, isKey: true };
    if (child.value?.includes(mark) === true) return { node: child, isKey: false };
    const found = findMark(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
