import type { OutlineNode } from "./outline.ts";
import type { YamlSource } from "./yamlSource.ts";

/** Lines, counted from 0, that can be folded into the first of them. */
export interface Fold {
  readonly start: number;
  readonly end: number;
  readonly isComment: boolean;
}

/** Documents, keys and items that span several lines, and comments of several lines. */
export function foldYaml({ text, outline: documents }: YamlSource): Fold[] {
  const lines = text.split("\n");
  const lineAt = lineFinder(lines);
  const folds = new Map<number, Fold>();
  const add = (from: number, to: number) => {
    const start = lineAt(from);
    let end = lineAt(Math.max(from, to - 1));
    while (end > start && isBlank(lines[end]!)) end--;
    // The outermost of what begins in a line.
    if (end > start && !folds.has(start)) folds.set(start, { start, end, isComment: false });
  };
  const visit = (node: OutlineNode) => {
    const start = node.keyRange?.start ?? node.children[0]?.keyRange?.start ?? node.valueRange?.start;
    if (node.parent !== undefined && start !== undefined) add(start, node.end);
    for (const child of node.children) visit(child);
  };
  for (const { root, range } of documents) {
    if (documents.length > 1) add(range.start, range.end);
    visit(root);
  }
  return [...folds.values(), ...comments(lines)].toSorted((a, b) => a.start - b.start);
}

function isBlank(line: string): boolean {
  return line.trim() === "";
}

function comments(lines: readonly string[]): Fold[] {
  const found: Fold[] = [];
  for (let line = 0; line < lines.length; line++) {
    const start = line;
    while (line < lines.length && lines[line]!.trimStart().startsWith("#")) line++;
    if (line - start > 1) found.push({ start, end: line - 1, isComment: true });
  }
  return found;
}

/** Tells the line of an offset. */
function lineFinder(lines: readonly string[]): (offset: number) => number {
  const starts: number[] = [];
  let start = 0;
  for (const line of lines) {
    starts.push(start);
    start += line.length + 1;
  }
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
}
