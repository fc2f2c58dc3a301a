import type { TextRange } from "../../yaml/textRange.ts";
import { modelNodes, nameNode, referenceAt } from "./mergeDocument.ts";
import type { YamlSource } from "../../yaml/yamlSource.ts";
import { nodeAt, partAt, type OutlineNode } from "../../yaml/outline.ts";
import { symbolsOf, type PartName, type PartNames, type YamlSymbol } from "../../yaml/symbols.ts";

/** What the value at a place leads to: another merge of the file, or a model's path. */
export type NamedModel =
  | { readonly kind: "merge"; readonly from: TextRange; readonly to: TextRange }
  | { readonly kind: "model"; readonly from: TextRange; readonly path: string; readonly revision?: string };

/** Where the model that is named at a place is defined; undefined where none is named. */
export function definitionAt({ outline }: YamlSource, offset: number): NamedModel | undefined {
  const roots = outline.map(({ root }) => root);
  const node = roots.map((root) => partAt(root, offset)).find((part) => part !== undefined && !part.isKey)?.node;
  if (node?.value === undefined || !roots.some((root) => modelNodes(root).includes(node))) return undefined;
  const reference = referenceAt(node);
  if (reference === undefined) return undefined;
  const from = node.valueRange!;
  const named = roots.map(nameNode).find((name) => name?.value === reference.model.path);
  if (named !== undefined) return { kind: "merge", from, to: named.valueRange! };
  return { kind: "model", from, ...reference.model };
}

/** Every place of the name that stands at a place: its definition and, in all documents, its uses; none where no name stands. */
export function nameOccurrences({ text, outline }: YamlSource, offset: number): readonly TextRange[] {
  const roots = outline.map(({ root }) => root);
  const names = roots.map(nameNode).filter((node) => node !== undefined);
  const uses = roots.flatMap(modelNodes).flatMap((node) => {
    const path = referenceAt(node)?.model.path;
    const { start } = node.valueRange!;
    // A name with escapes in quotes is written in another way than it reads; it is replaced as a whole or not at all.
    const end = node.value === path ? node.valueRange!.end : start + (path?.length ?? 0);
    const isPlain = node.value === path || text.slice(start, end) === path;
    return path === undefined || !isPlain || !names.some(({ value }) => value === path)
      ? []
      : [{ name: path, range: { start, end } }];
  });
  const all = [...names.map((node) => ({ name: node.value!, range: node.valueRange! })), ...uses];
  const chosen = all.find(({ range }) => range.start <= offset && offset <= range.end)?.name;
  return all.filter(({ name }) => name === chosen).map(({ range }) => range);
}

/** Whether a text can be the name of a merge: read back as itself wherever it is used, in quotes or not. */
export function isMergeName(name: string): boolean {
  return /^[A-Za-z][\w./-]*$/.test(name) && !/^(?:true|false|null|yes|no|on|off|union|base)$/i.test(name);
}

/** Merges with their keys, and under `models`, `slices` and `experts` what they hold. */
export function mergeSymbols({ outline }: YamlSource): YamlSymbol[] {
  return symbolsOf(outline, { document: nameOfMerge, item: nameOfItem, model: namingKey });
}

function nameOfMerge(root: OutlineNode): ReturnType<NonNullable<PartNames["document"]>> {
  const name = nameNode(root);
  const method = nodeAt(root, ["merge_method"]);
  return { name: name?.value ?? "result", detail: method?.value ?? "", key: name ?? method };
}

function namingKey({ children }: OutlineNode): OutlineNode | undefined {
  return children.find(({ key }) => key === "model" || key === "source_model");
}

/** An item goes by its model, a slice by its layers, a condition by its filter. */
function nameOfItem(node: OutlineNode): PartName {
  const model = namingKey(node);
  const number = node.index === undefined ? "" : `${node.index + 1}`;
  const valueOf = (key: string) => nodeAt(node, [key])?.value;
  if (model !== undefined) {
    const range = nodeAt(node, ["layer_range"])?.children.map(({ value }) => value);
    return { name: model.value || number, detail: range === undefined ? "" : `[${range.join(", ")}]` };
  }
  const sources = nodeAt(node, ["sources"])?.children ?? [];
  const models = sources.flatMap((source) => namingKey(source)?.value ?? []);
  if (sources.length > 0) return { name: `slice ${number}`, detail: models.join(" + ") };
  return { name: valueOf("filter") ?? number, detail: valueOf("value") ?? "" };
}
