import { formatModelReference } from "../../../checkpoint/modelReference.ts";
import type { TextRange } from "../../../yaml/textRange.ts";
import { nameNode, tryParse } from "../../language/mergeDocument.ts";
import { outlineOf, type OutlineDocument, type OutlineNode } from "../../../yaml/outline.ts";
import { smallest } from "../../../lists.ts";

/** A slice or a model of one merge of a file. */
export interface PlanPlace {
  /** `name` of the merge; null for the one without. */
  readonly merge: string | null;
  readonly slice: number | null;
  /** As the configuration writes it. */
  readonly model: string | null;
}

/** Where a place stands in a text, even one that is being edited: the model in its slice, else the slice, else the merge. */
export function placeInText(text: string, { merge, slice, model }: PlanPlace): TextRange | undefined {
  const document = outlineOf(text).find((each) => isMerge(each) && nameOf(each) === merge);
  if (document === undefined) return undefined;
  const { root } = document;
  const definition = definitionOf(root);
  const sliceNode = slice === null ? undefined : childOf(definition, "slices")?.children[slice];
  const list = childOf(sliceNode ?? definition, sliceNode === undefined ? "models" : "sources");
  const lists = [list, childOf(root, "experts"), childOf(root, "base_model")];
  const found = model === null ? undefined : lists.map((node) => node && modelWithin(node, model)).find((node) => node);
  return rangeOf(found ?? sliceNode ?? definition.children[0]);
}

/** The merge, slice and model that stand at an offset; undefined outside of every merge. */
export function placeAt(text: string, offset: number): PlanPlace | undefined {
  const document = outlineOf(text).find(({ range }) => offset >= range.start && offset <= range.end);
  if (document === undefined || !isMerge(document)) return undefined;
  const definition = definitionOf(document.root);
  const around = (nodes: readonly OutlineNode[]) =>
    nodes.findLast((node) => startOf(node) <= offset && offset <= node.end);
  const slices = childOf(definition, "slices")?.children ?? [];
  const sliceNode = around(slices);
  const items = childOf(sliceNode ?? definition, sliceNode === undefined ? "models" : "sources")?.children ?? [];
  const item = around(items);
  return {
    merge: nameOf(document),
    slice: sliceNode === undefined ? null : slices.indexOf(sliceNode),
    model: item === undefined ? null : (modelOf(item) ?? null),
  };
}

function isMerge({ root }: OutlineDocument): boolean {
  return root.children.some(
    ({ key }) => key === "merge_method" || key === "experts" || key === "slices" || key === "models",
  );
}

function nameOf({ root }: OutlineDocument): string | null {
  return nameNode(root)?.value ?? null;
}

/** Where `models` or `slices` stand: at the top, or in the only module. */
function definitionOf(root: OutlineNode): OutlineNode {
  return childOf(root, "modules")?.children[0] ?? root;
}

function childOf(node: OutlineNode, key: string): OutlineNode | undefined {
  return node.children.find((child) => child.key === key);
}

function modelWithin(node: OutlineNode, model: string): OutlineNode | undefined {
  return [node, ...node.children].find((item) => modelOf(item) === model);
}

/** Name of the model that an item of `models`, `sources` or `experts` is about. */
function modelOf(item: OutlineNode): string | undefined {
  const value = childOf(item, "model") ?? childOf(item, "source_model") ?? item;
  if (value.value === undefined) return undefined;
  const reference = tryParse(value.value);
  return reference === undefined ? undefined : formatModelReference(reference);
}

function startOf(node: OutlineNode): number {
  const starts = [node.keyRange?.start, node.valueRange?.start, ...node.children.map(startOf)];
  return Math.min(smallest(starts.filter((start) => start !== undefined)), node.end);
}

function rangeOf(node: OutlineNode | undefined): TextRange | undefined {
  return node === undefined ? undefined : { start: startOf(node), end: node.end };
}
