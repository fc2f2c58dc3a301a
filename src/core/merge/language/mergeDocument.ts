import type { KeyPath } from "../../schemaProblems.ts";
import type { MergeMethod } from "../methods/method.ts";
import { distinctReferences, parseModelReference, type ModelReference } from "../../checkpoint/modelReference.ts";
import { describesMoe } from "../moe/moeConfiguration.ts";
import { nodeAt, type OutlineNode } from "../../yaml/outline.ts";

import { mergeConfigurationSchema } from "../config/schema.ts";
import { moeConfigurationSchema } from "../moe/moeConfiguration.ts";
import { jsonSchemaOf, type JsonSchema } from "../../yaml/schemaKeys.ts";

/** What kind of value stands at a path of a configuration. */
export type Slot =
  | { readonly kind: "method" | "dtype" | "chatTemplate" | "model" | "adapter" | "gateMode" | "layerRange" | "layer" }
  | { readonly kind: "tokenizerSource" | "tokenSource" | "tokens" | "boolean" | "padding" | "tokenKind" | "token" }
  | { readonly kind: "parameters"; readonly level: "top" | "slice" | "model" }
  | { readonly kind: "setting" | "condition" | "filter" | "conditionValue"; readonly parameter: string }
  | { readonly kind: "other" };

const fixedSlots: readonly (readonly [RegExp, Slot["kind"]])[] = [
  [/^merge_method$/, "method"],
  [/^(?:out_)?dtype$/, "dtype"],
  [/^chat_template$/, "chatTemplate"],
  [/^gate_mode$/, "gateMode"],
  [/(?:^|\/)base_model$|\/model$|\/source_model$|\/model\/path$/, "model"],
  [/\/lora(?:\/path)?$/, "adapter"],
  [/\/layer_range$/, "layerRange"],
  [/\/layer_range\/#$/, "layer"],
  [/^tokenizer_source$|^tokenizer\/source$/, "tokenizerSource"],
  [/^tokenizer\/tokens$/, "tokens"],
  [/^tokenizer\/tokens\/[^/]*\/source$/, "tokenSource"],
  [/^tokenizer\/tokens\/[^/]*\/source\/kind$/, "tokenKind"],
  [/^tokenizer\/tokens\/[^/]*\/source\/token$/, "token"],
  [/^tokenizer\/tokens\/[^/]*\/force$/, "boolean"],
  [/^tokenizer\/pad_to_multiple_of$/, "padding"],
];

/** What belongs at a path. */
export function slotAt(path: KeyPath): Slot {
  const at = path.findIndex((part, index) => part === "parameters" && !isName(path, index));
  if (at >= 0) return parameterSlot(path, at);
  const text = path.map((part) => (typeof part === "number" ? "#" : part.replaceAll("/", "~"))).join("/");
  const found = fixedSlots.find(([pattern]) => pattern.test(text));
  return { kind: found?.[1] ?? "other" } as Slot;
}

/** Whether a part of a path is a name that the user gives: of a module or a token. */
function isName(path: KeyPath, index: number): boolean {
  return (path[0] === "modules" && index === 1) || (path[1] === "tokens" && index === 2);
}

function parameterSlot(path: KeyPath, at: number): Slot {
  const rest = path.slice(at + 1);
  const [parameter] = rest;
  if (parameter === undefined) return { kind: "parameters", level: levelOf(path.slice(0, at)) };
  const name = String(parameter);
  const inner = rest.slice(1).filter((part) => typeof part === "string");
  if (inner[0] === "filter") return { kind: "filter", parameter: name };
  if (inner[0] === "value") return { kind: "conditionValue", parameter: name };
  return { kind: rest.length > 1 ? "condition" : "setting", parameter: name };
}

function levelOf(owner: KeyPath): "top" | "slice" | "model" {
  const last = owner.findLast((part) => typeof part === "string");
  if (last === "models" || last === "sources") return "model";
  return last === "slices" ? "slice" : "top";
}

export type Dialect = "merge" | "moe";

/** JSON Schema of a dialect. */
export function schemaOf(dialect: Dialect): JsonSchema {
  return jsonSchemaOf(dialect === "moe" ? moeConfigurationSchema : mergeConfigurationSchema);
}

export function dialectOf(root: OutlineNode): Dialect {
  return describesMoe((key) => nodeAt(root, [key]) !== undefined) ? "moe" : "merge";
}

export function methodOf(root: OutlineNode, methods: ReadonlyMap<string, MergeMethod>): MergeMethod | undefined {
  return methods.get(nodeAt(root, ["merge_method"])?.value ?? "");
}

/** Every place of a document that names a model, in document order. */
export function modelNodes(root: OutlineNode): OutlineNode[] {
  const found: OutlineNode[] = [];
  const visit = (node: OutlineNode): void => {
    if (node.value !== undefined && node.value !== "" && isModelSlot(node)) found.push(node);
    for (const child of node.children) visit(child);
  };
  visit(root);
  return found;
}

function isModelSlot({ path, value }: OutlineNode): boolean {
  const { kind } = slotAt(path);
  if (kind === "tokenizerSource" || kind === "tokenSource") return value !== "union" && value !== "base";
  return kind === "model";
}

/** The models of a document, each once, as far as they can be read. */
export function referencesOf(root: OutlineNode): ModelReference[] {
  return distinctReferences(modelNodes(root).flatMap((node) => referenceAt(node) ?? []));
}

/** The model that a node of `modelNodes` names. A `path` of the object form is taken as it is, `@` and `+` included. */
export function referenceAt({ path, value }: OutlineNode): ModelReference | undefined {
  return path.at(-1) === "path" ? { model: { path: value! } } : tryParse(value!);
}

export function tryParse(text: string): ModelReference | undefined {
  try {
    return parseModelReference(text);
  } catch {
    return undefined;
  }
}

/** Name of the merge that a document defines, and where it stands. */
export function nameNode(root: OutlineNode): OutlineNode | undefined {
  const node = nodeAt(root, ["name"]);
  return node?.value === undefined || node.value === "" ? undefined : node;
}
