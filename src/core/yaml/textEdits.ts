import type { TextRange } from "./textRange.ts";
import type { OutlineNode } from "./outline.ts";

export interface TextEdit {
  readonly range: TextRange;
  readonly text: string;
}

/** The text after edits that do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return edits
    .toSorted((a, b) => b.range.start - a.range.start)
    .reduce((now, { range, text: put }) => now.slice(0, range.start) + put + now.slice(range.end), text);
}

export function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Offset of the end of a line, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  if (end < 0) return text.length;
  return end > offset && text[end - 1] === "\r" ? end - 1 : end;
}

/** New lines below the one that holds an offset. */
export function linesBelow(text: string, offset: number, lines: readonly string[]): TextEdit {
  const at = lineEnd(text, offset);
  const newline = newlineOf(text);
  return { range: { start: at, end: at }, text: lines.map((line) => newline + line).join("") };
}

/** Takes out the lines of a block key or item; `undefined` where they hold something else too. */
export function removedLines(text: string, node: OutlineNode): TextEdit | undefined {
  if (node.flow) return undefined;
  const begin = startOf(node);
  if (begin === undefined) return undefined;
  const start = lineStart(text, begin);
  const before = text.slice(start, begin);
  const isAlone = node.key === undefined ? /^\s*-\s+$/.test(before) : before.trim() === "";
  if (!isAlone) return undefined;
  const end = text.indexOf("\n", node.end);
  return { range: { start, end: end < 0 ? text.length : end + 1 }, text: "" };
}

/** Where the key of a node stands, or of an item the first thing after its dash. */
export function startOf(node: OutlineNode): number | undefined {
  return node.keyRange?.start ?? node.children[0]?.keyRange?.start ?? node.valueRange?.start;
}

/** Where something can be added behind a node in brackets: after it, before the blanks that follow. */
export function endInBrackets(text: string, { end }: OutlineNode): number {
  return text.slice(0, end).trimEnd().length;
}

/** Column at which the entries of a block begin, or would. */
export function childIndent(block: OutlineNode): number {
  return block.children[0]?.indent ?? block.indent + 2;
}
