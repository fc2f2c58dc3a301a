import type { Diagnostic } from "../config/diagnostics/diagnostic.ts";
import type { TextRange } from "../config/yamlValue.ts";
import type { MergeMethod } from "../methods/method.ts";
import { typicalValue } from "./completeKeys.ts";
import { yamlScalar } from "./completion.ts";
import { methodOf, modelNodes } from "./mergeDocument.ts";
import { nodeAt, outlineOf, type KeyPath, type OutlineNode } from "./outline.ts";

export interface TextEdit {
  readonly range: TextRange;
  readonly text: string;
}

/** A change that puts a diagnostic right. */
export interface Fix {
  readonly kind: "replace" | "remove" | "add";
  /** What is put in, taken out or added, for the title. */
  readonly subject: string;
  readonly edits: readonly TextEdit[];
}

/** Changes that put a diagnostic right, the best first. Only edits that keep the rest of the text as it is. */
export function fixesFor(
  text: string,
  diagnostic: Diagnostic,
  methods: ReadonlyMap<string, MergeMethod>,
): readonly Fix[] {
  const { replacement, part, range, code } = diagnostic;
  if (replacement !== undefined) {
    const written = part === "value" ? yamlScalar(replacement) : replacement;
    return [{ kind: "replace", subject: replacement, edits: [{ range, text: written }] }];
  }
  const root = outlineOf(text)[diagnostic.document]?.root;
  const node = root && nodeAtPointer(root, diagnostic.path);
  if (root === undefined || node === undefined) return [];
  if (removable.has(code)) return removal(text, node);
  if (code === "merge.baseMissing" || code === "merge.donor") return baseFixes(text, root);
  if (code === "merge.resultType") return addedAfter(text, root, ["dtype"], `out_dtype: ${node.value ?? "bfloat16"}`);
  if (code === "merge.parameterMissing") {
    return parameterFix(text, root, node, diagnostic, methodOf(root, methods));
  }
  return [];
}

/** What can go without changing the result. */
const removable: ReadonlySet<string> = new Set(["merge.noEffect", "merge.unusedParameter", "merge.baseParameter"]);

/** The node at a JSON pointer; positions in lists are numbers. */
export function nodeAtPointer(root: OutlineNode, pointer: string): OutlineNode | undefined {
  let node: OutlineNode | undefined = root;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    node = nodeAt(node, [name]) ?? nodeAt(node, [Number(name)]);
    if (node === undefined) return undefined;
  }
  return node;
}

/** Takes out the lines of a key, where they hold nothing else. */
function removal(text: string, node: OutlineNode): Fix[] {
  if (node.flow || node.key === undefined) return [];
  const start = text.lastIndexOf("\n", node.keyRange!.start - 1) + 1;
  const siblings = node.parent?.children.length ?? 0;
  if (siblings < 2 || text.slice(start, node.keyRange!.start).trim() !== "") return [];
  const end = text.indexOf("\n", node.end);
  const range = { start, end: end < 0 ? text.length : end + 1 };
  return [{ kind: "remove", subject: node.key, edits: [{ range, text: "" }] }];
}

/** Each of the models could be the base; the first ones are offered. */
function baseFixes(text: string, root: OutlineNode): Fix[] {
  const models = [...new Set(modelNodes(root).map(({ value }) => value!))].slice(0, 4);
  return models.flatMap((model) => addedAfter(text, root, ["merge_method"], `base_model: ${yamlScalar(model)}`));
}

/** A line after that of a single value at the top level. */
function addedAfter(text: string, root: OutlineNode, path: KeyPath, line: string): Fix[] {
  const node = nodeAt(root, path);
  if (node === undefined || node.flow) return [];
  const lineEnd = text.indexOf("\n", node.end);
  const end = lineEnd < 0 ? text.length : lineEnd;
  const at = end > 0 && text[end - 1] === "\r" ? end - 1 : end;
  return [{ kind: "add", subject: line, edits: [{ range: { start: at, end: at }, text: `${newline(text)}${line}` }] }];
}

function newline(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Under the `parameters` of the place, which may have to be made. */
function parameterFix(
  text: string,
  root: OutlineNode,
  node: OutlineNode,
  { message }: Diagnostic,
  method: MergeMethod | undefined,
): Fix[] {
  const spec = method?.parameters.find(({ name }) => message.includes(`\`${name}\``) || message.includes(`.${name}\``));
  const isShared = node.path[0] === "merge_method";
  const owner = isShared ? root : node;
  if (spec === undefined || owner.flow || owner.children.some(({ flow }) => flow)) return [];
  const line = `${spec.name}: ${typicalValue(spec)}`;
  const block = nodeAt(owner, ["parameters"]);
  const anchor = block ?? owner.children.findLast(({ key }) => key !== undefined);
  if (anchor === undefined || (block !== undefined && block.valueRange !== undefined)) return [];
  const indent = " ".repeat(Math.max(0, anchor.indent));
  const nl = newline(text);
  const added =
    block === undefined ? `${nl}${indent}parameters:${nl}${indent}  ${line}` : `${nl}${childIndent(block)}${line}`;
  const at = block?.keyRange === undefined ? anchor.end : block.keyRange.end + 1;
  const lineEnd = text.slice(at).search(/\r?\n|$/) + at;
  return [{ kind: "add", subject: line, edits: [{ range: { start: lineEnd, end: lineEnd }, text: added }] }];
}

function childIndent(block: OutlineNode): string {
  return " ".repeat(block.children[0]?.indent ?? block.indent + 2);
}
