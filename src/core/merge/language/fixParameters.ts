import type { Fix } from "../../yaml/fix.ts";
import { typicalValue } from "./completeKeys.ts";
import type { FixContext } from "./fix.ts";
import { methodOf, slotAt } from "./mergeDocument.ts";
import { nodeAt, type OutlineNode } from "../../yaml/outline.ts";
import {
  childIndent,
  endInBrackets,
  lineEnd,
  linesBelow,
  lineStart,
  newlineOf,
  removedLines,
  type TextEdit,
} from "../../yaml/textEdits.ts";

/** Under the `parameters` of the place, which may have to be made. */
export function addParameter({ text, root, node, methods, diagnostic: { data } }: FixContext): Fix[] {
  const method = methodOf(root, methods);
  const spec = method?.parameters.find(({ name }) => name === data?.parameter);
  const isShared = node.path[0] === "merge_method";
  const owner = isShared ? root : node;
  if (spec === undefined || owner.flow) return [];
  const line = `${spec.name}: ${typicalValue(spec)}`;
  const isInBraces = owner.children.some(({ flow }) => flow);
  if (isInBraces) return addedToEntry(text, owner, line);
  const block = nodeAt(owner, ["parameters"]);
  const anchor = block ?? owner.children.findLast(({ key }) => key !== undefined);
  if (anchor === undefined) return [];
  if (block?.valueRange !== undefined) return addedInBraces(text, block, line);
  const indent = " ".repeat(Math.max(0, anchor.indent));
  const edit =
    block === undefined
      ? linesBelow(text, anchor.end, [`${indent}parameters:`, `${indent}  ${line}`])
      : linesBelow(text, block.keyRange!.end, [" ".repeat(childIndent(block)) + line]);
  return [{ kind: "add", subject: line, edits: [edit] }];
}

/** `{model: a}` gets a `parameters: {…}`, which may be there already. */
function addedToEntry(text: string, entry: OutlineNode, line: string): Fix[] {
  const block = nodeAt(entry, ["parameters"]);
  if (block !== undefined) return addedInBraces(text, block, line);
  return addedInBraces(text, entry, line, `parameters: {${line}}`);
}

/** Into braces, after what is there. */
function addedInBraces(text: string, owner: OutlineNode, line: string, added = line): Fix[] {
  const last = owner.children.at(-1);
  if (last === undefined || !last.flow) return [];
  const at = endInBrackets(text, last);
  return [{ kind: "add", subject: line, edits: [{ range: { start: at, end: at }, text: `, ${added}` }] }];
}

/** A last condition without a filter, for all other tensors. */
export function addLastCondition({ text, root, node, methods }: FixContext): Fix[] {
  const slot = slotAt(node.path);
  const name = "parameter" in slot ? slot.parameter : "";
  const spec = methodOf(root, methods)?.parameters.find((candidate) => candidate.name === name);
  const last = node.children.at(-1);
  if (spec === undefined || last === undefined) return [];
  const line = `value: ${typicalValue(spec)}`;
  if (last.flow) {
    const at = endInBrackets(text, last);
    return [{ kind: "add", subject: `{${line}}`, edits: [{ range: { start: at, end: at }, text: `, {${line}}` }] }];
  }
  const edit = linesBelow(text, last.end, [`${" ".repeat(last.indent)}- ${line}`]);
  return [{ kind: "add", subject: `- ${line}`, edits: [edit] }];
}

/** `{filter, value}` becomes the one entry of a list. */
export function wrapCondition({ node }: FixContext): Fix[] {
  const subject = "[{filter, value}]";
  if (node.valueRange !== undefined) {
    const { start, end } = node.valueRange;
    const edits = [
      { range: { start, end: start }, text: "[" },
      { range: { start: end, end }, text: "]" },
    ];
    return [{ kind: "replace", subject, edits }];
  }
  const edits = node.children.flatMap(({ keyRange }, index) => {
    const start = keyRange?.start;
    return start === undefined ? [] : [{ range: { start, end: start }, text: index === 0 ? "- " : "  " }];
  });
  const isPlain = node.children.every(
    ({ flow, children, valueRange }) => !flow && (children.length === 0 || valueRange),
  );
  return isPlain && edits.length > 0 ? [{ kind: "replace", subject: "- filter, value", edits }] : [];
}

/** Moves a key, with its value, into the block beside it where parameters belong. */
export function moveUnderParameters({ text, root, node }: FixContext): Fix[] {
  const taken = removedLines(text, node);
  const start = node.keyRange?.start;
  if (taken === undefined || start === undefined || node.key === undefined) return [];
  // The first key of an entry stands behind its dash.
  if (text.slice(lineStart(text, start), start).trim() !== "") return [];
  const block = nodeAt(node.parent ?? root, ["parameters"]);
  if (block !== undefined && nodeAt(block, [node.key]) !== undefined) return [];
  const moved = (edits: readonly TextEdit[]): Fix[] => [{ kind: "move", subject: node.key!, edits }];
  if (block?.valueRange !== undefined) {
    if (node.valueRange === undefined) return [];
    const added = addedInBraces(text, block, text.slice(start, node.end));
    return added.flatMap(({ edits }) => moved([taken, ...edits]));
  }
  const deeper = " ".repeat(block === undefined ? 2 : childIndent(block) - node.indent);
  const lines = text
    .slice(lineStart(text, start), lineEnd(text, node.end))
    .split(/\r?\n/)
    .map((line) => (line === "" ? line : deeper + line));
  if (block !== undefined) return moved([taken, linesBelow(text, block.keyRange!.end, lines)]);
  const range = { start: taken.range.start, end: lineEnd(text, node.end) };
  const header = `${" ".repeat(node.indent)}parameters:`;
  return moved([{ range, text: [header, ...lines].join(newlineOf(text)) }]);
}
