import type { Fix } from "../../yaml/fix.ts";
import { findArchitecture, layerCountOf } from "../../checkpoint/architectures/registry.ts";
import type { MergeMethod } from "../methods/method.ts";
import { yamlScalar } from "../../yaml/completion.ts";
import { addedAfterFirst, removal, replacedValue, type FixContext } from "./fix.ts";
import { modelNodes, referenceAt } from "./mergeDocument.ts";
import { nodeAt, type OutlineNode } from "../../yaml/outline.ts";
import { endInBrackets, linesBelow, lineStart, startOf } from "../../yaml/textEdits.ts";

/** So many choices are offered; completion has the rest. */
const most = 4;

/** Each of the models could be the base; the first ones are offered. */
export function addBaseModel({ text, root }: FixContext): Fix[] {
  return modelNames(root).flatMap((model) =>
    addedAfterFirst(text, root, ["merge_method"], `base_model: ${yamlScalar(model)}`),
  );
}

export function chooseBase({ text, root, node }: FixContext): Fix[] {
  return modelNames(root).flatMap((model) => replacedValue(text, node, model));
}

function modelNames(root: OutlineNode): string[] {
  const nodes = modelNodes(root).filter(({ path }) => !path.includes("base_model"));
  return [...new Set(nodes.map(({ value }) => value!))].slice(0, most);
}

/** Adds the base model to `models`, with no weight. */
export function addListedBase({ text, root, node, methods }: FixContext): Fix[] {
  const method = methods.get(nodeAt(root, ["merge_method"])?.value ?? "");
  const last = nodeAt(root, ["models"])?.children.at(-1);
  if (node.value === undefined || last === undefined || last.flow) return [];
  const required = method?.parameters.filter((spec) => spec.scope === "model" && spec.default === undefined) ?? [];
  const values = required.map(({ name }) => `    ${name}: 0`);
  const lines = [`- model: ${yamlScalar(node.value)}`, ...(values.length === 0 ? [] : ["  parameters:", ...values])];
  return [addedItem(text, last, node.value, lines)];
}

/** Adds the base model to the sources of a slice, with the layers of the first of them. */
export function addBaseSource({ text, root, node }: FixContext): Fix[] {
  const slice = node.parent ?? root;
  const base = (nodeAt(slice, ["base_model"]) ?? nodeAt(root, ["base_model"]))?.value;
  const [first] = node.children;
  const last = node.children.at(-1);
  const range = first && nodeAt(first, ["layer_range"])?.valueRange;
  if (base === undefined || last === undefined || range === undefined || last.flow) return [];
  const lines = [`- model: ${yamlScalar(base)}`, `  layer_range: ${text.slice(range.start, range.end)}`];
  return [addedItem(text, last, base, lines)];
}

function addedItem(text: string, last: OutlineNode, subject: string, lines: readonly string[]): Fix {
  const indent = " ".repeat(last.indent);
  const edit = linesBelow(
    text,
    last.end,
    lines.map((line) => indent + line),
  );
  return { kind: "add", subject, edits: [edit] };
}

/** The entries collapse into one, with the parameters of the first: the second says nothing. */
export function removeSecondEntry({ text, node }: FixContext): Fix[] {
  const entry = node.parent;
  return entry === undefined || entry.parent?.key !== "models" ? [] : removal(text, entry);
}

/** Methods that are near enough to be meant where another number of models is given, the simplest first. */
const alternatives = [
  "linear",
  "multislerp",
  "task_arithmetic",
  "ties",
  "karcher",
  "model_stock",
  "slerp",
  "passthrough",
];

/** Either another method that takes so many models, or without the model that is too many. */
export function changeMethodOrModels({ text, root, node, methods }: FixContext): Fix[] {
  const name = nodeAt(root, ["merge_method"]);
  const method = methods.get(name?.value ?? "");
  if (name === undefined || method === undefined) return [];
  const base = nodeAt(root, ["base_model"])?.value;
  const models = node.children.map((entry) => nodeAt(entry, ["model"])?.value);
  const others = models.filter((model) => model !== base).length;
  const counted = ({ base: role }: MergeMethod) => (role === "member" || role === "none" ? models.length : others);
  const suits: Record<MergeMethod["base"], boolean> = {
    required: base !== undefined,
    optional: true,
    member: base === undefined || models.includes(base),
    none: base === undefined,
  };
  const fits = (other: MergeMethod) =>
    other !== method &&
    suits[other.base] &&
    counted(other) >= other.models.minimum &&
    counted(other) <= other.models.maximum;
  const changes = alternatives
    .flatMap((alternative) => methods.get(alternative) ?? [])
    .filter(fits)
    .slice(0, most)
    .flatMap((other) => replacedValue(text, name, other.name));
  const isOneTooMany = counted(method) === method.models.maximum + 1;
  const surplus = node.children.findLast((entry) => nodeAt(entry, ["model"])?.value !== base);
  return [...changes, ...(isOneTooMany && surplus !== undefined ? removal(text, surplus) : [])];
}

/** All layers of the model, or those of the source beside it. */
export function addLayerRange({ text, node, facts }: FixContext): Fix[] {
  const model = nodeAt(node, ["model"]);
  const reference = model?.value === undefined ? undefined : referenceAt(model);
  const result = reference && facts(reference);
  const count =
    result?.state === "known"
      ? layerCountOf(result.facts.config, findArchitecture(result.facts.config, reference?.overrideArchitecture))
      : undefined;
  const sibling = node.parent?.children
    .map((source) => nodeAt(source, ["layer_range"])?.valueRange)
    .find((range) => range !== undefined);
  const written = sibling !== undefined ? text.slice(sibling.start, sibling.end) : count && `[0, ${count}]`;
  if (model === undefined || !written) return [];
  const line = `layer_range: ${written}`;
  if (model.flow) {
    const at = endInBrackets(text, model);
    return [{ kind: "add", subject: line, edits: [{ range: { start: at, end: at }, text: `, ${line}` }] }];
  }
  const start = startOf(model)!;
  const indent = " ".repeat(start - lineStart(text, start));
  return [{ kind: "add", subject: line, edits: [linesBelow(text, model.end, [indent + line])] }];
}
