import type { KeyPath } from "../../schemaProblems.ts";
import type { Diagnostic } from "../config/diagnostics/diagnostic.ts";
import type { FactsLookup } from "../../checkpoint/modelFacts.ts";
import type { MergeMethod } from "../methods/method.ts";
import type { Fix } from "../../yaml/fix.ts";
import { yamlScalar } from "../../yaml/completion.ts";
import { nodeAt, type OutlineNode } from "../../yaml/outline.ts";
import { linesBelow, lineStart, removedLines, type TextEdit } from "../../yaml/textEdits.ts";

/** Shows where a model was looked for; its argument is the model, as it is written. */
export const modelPlacesCommand = "medley.showModelPlaces";

/** What a fix is made from. */
export interface FixContext {
  readonly text: string;
  readonly diagnostic: Diagnostic;
  /** Top of the document that it is about. */
  readonly root: OutlineNode;
  /** What it is about. */
  readonly node: OutlineNode;
  readonly methods: ReadonlyMap<string, MergeMethod>;
  readonly facts: FactsLookup;
  /** Checkpoints at hand, as they would be written. */
  readonly paths?: readonly string[];
}

/** Takes out a key with its lines; where it was the only one, the block around it too. */
export function removal(text: string, node: OutlineNode): Fix[] {
  let whole = node;
  while (whole.parent?.key !== undefined && whole.parent.children.length === 1) whole = whole.parent;
  const edit = whole.flow ? removedFromBraces(text, whole) : removedLines(text, whole);
  const subject = node.key ?? node.children.find(({ key }) => key === "model")?.value ?? `${(node.index ?? 0) + 1}`;
  return edit === undefined || whole.parent === undefined ? [] : [{ kind: "remove", subject, edits: [edit] }];
}

/** Takes a key out of braces, with the comma that parts it from its neighbour. */
function removedFromBraces(text: string, node: OutlineNode): TextEdit | undefined {
  const siblings = node.parent?.children ?? [];
  const at = siblings.indexOf(node);
  const [previous, next] = [siblings[at - 1], siblings[at + 1]];
  const range =
    previous !== undefined
      ? { start: previous.end, end: node.end }
      : next?.keyRange && { start: node.keyRange?.start ?? node.end, end: next.keyRange.start };
  return range === undefined || text.slice(range.start, range.end).includes("#") ? undefined : { range, text: "" };
}

export function removalAt(text: string, root: OutlineNode, path: KeyPath): Fix[] {
  const node = nodeAt(root, path);
  return node === undefined ? [] : removal(text, node);
}

/** Lines below a key with a single value, at its column. */
export function addedLine(text: string, node: OutlineNode, ...lines: readonly string[]): Fix[] {
  const start = node.keyRange?.start;
  if (start === undefined || node.flow) return [];
  const indent = " ".repeat(start - lineStart(text, start));
  const edit = linesBelow(
    text,
    node.end,
    lines.map((line) => indent + line),
  );
  return [{ kind: "add", subject: lines.map((line) => line.trim()).join(" "), edits: [edit] }];
}

/** Lines below the first of some top-level keys that is there. */
export function addedAfterFirst(
  text: string,
  root: OutlineNode,
  keys: readonly string[],
  ...lines: readonly string[]
): Fix[] {
  const node = keys.map((key) => nodeAt(root, [key])).find((found) => found !== undefined);
  return node === undefined ? [] : addedLine(text, node, ...lines);
}

/** Another single value in the place of one. */
export function replacedValue(text: string, { value, valueRange }: OutlineNode, wanted: string): Fix[] {
  if (value === undefined || valueRange === undefined || value === wanted) return [];
  const isQuoted = /["']/.test(text[valueRange.start - 1] ?? "");
  const written = isQuoted ? wanted : yamlScalar(wanted);
  return [{ kind: "replace", subject: wanted, edits: [{ range: valueRange, text: written }] }];
}
