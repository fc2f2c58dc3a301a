import type { OutlineDocument, OutlineNode } from "./outline.ts";
import type { TextRange } from "./textRange.ts";

/** A part of a configuration for outlines. */
export interface YamlSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: "document" | "list" | "model" | "key";
  readonly range: TextRange;
  readonly selection: TextRange;
  readonly children: readonly YamlSymbol[];
}

/** How a part is called. */
export interface PartName {
  readonly name: string;
  readonly detail: string;
}

/** What a language knows of the names of its parts. */
export interface PartNames {
  /** Of one of several documents, by its top. */
  document?(root: OutlineNode): PartName & { readonly key?: OutlineNode | undefined };
  /** Of an item of a list. */
  item?(node: OutlineNode): PartName;
  /** The key below a node that names a model; it does not stand below its item once more. */
  model?(node: OutlineNode): OutlineNode | undefined;
}

/** Documents, where there are several, with their keys and what these hold. */
export function symbolsOf(documents: readonly OutlineDocument[], names: PartNames = {}): YamlSymbol[] {
  return documents.flatMap(({ root, range }, index) => {
    const children = root.children.flatMap((node) => symbolOf(node, names));
    if (documents.length === 1) return children;
    const [first] = root.children;
    if (first === undefined || children.length === 0) return [];
    const { name, detail, key = first } = names.document?.(root) ?? { name: `${index + 1}`, detail: "" };
    return [{ name, detail, kind: "document", range, selection: key.keyRange ?? range, children }];
  });
}

function symbolOf(node: OutlineNode, names: PartNames): YamlSymbol[] {
  const { key, keyRange, end, children, value } = node;
  const model = names.model?.(node);
  const item = key === undefined ? (names.item ?? itemName)(node) : undefined;
  const name = key ?? item?.name;
  const start = keyRange?.start ?? children[0]?.keyRange?.start;
  if (name === undefined || name === "" || start === undefined) return [];
  const range = { start, end: Math.max(end, keyRange?.end ?? start) };
  const selection = keyRange ?? { start, end: start };
  const kind = model !== undefined ? "model" : children.some((child) => child.index !== undefined) ? "list" : "key";
  const shown = key === undefined ? children.filter((child) => child !== model) : children;
  const detail = item === undefined ? (value ?? "") : item.detail;
  return [{ name, detail, kind, range, selection, children: shown.flatMap((child) => symbolOf(child, names)) }];
}

/** An item goes by its position and the first value in it. */
function itemName({ index, children }: OutlineNode): PartName {
  return { name: index === undefined ? "" : `${index + 1}`, detail: children[0]?.value ?? "" };
}
