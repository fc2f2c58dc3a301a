import { mergeConfigurationSchema } from "../config/schema.ts";
import { normalizeMerge, type Merge } from "../config/merge.ts";
import { YamlSource } from "../../yaml/yamlSource.ts";
import { findArchitecture, layerCountOf } from "../../checkpoint/architectures/registry.ts";
import type { FactsLookup } from "../../checkpoint/modelFacts.ts";
import { yamlScalar } from "../../yaml/completion.ts";
import { referenceAt } from "./mergeDocument.ts";
import { nodeAt, type OutlineDocument, type OutlineNode } from "../../yaml/outline.ts";
import { applyEdits, lineEnd, lineStart, newlineOf, startOf, type TextEdit } from "../../yaml/textEdits.ts";

/** A change of `models` into `slices` or back, which leaves the merge as it is. */
export interface Conversion {
  readonly to: "models" | "slices";
  readonly edits: readonly TextEdit[];
}

/**
 * The conversion of the definition at a place, from whole models to layer ranges that span them all or back; `undefined`
 * where there is none, the models' layers are not known, or the merge would become another one.
 */
export function conversionAt(source: YamlSource, offset: number, facts: FactsLookup): Conversion | undefined {
  const { text, outline: documents } = source;
  const index = documents.findIndex(({ range }) => range.start <= offset && offset <= range.end);
  const document = documents[index];
  const definition = document?.root.children.find(
    ({ key, keyRange, end }) =>
      (key === "models" || key === "slices") && lineStart(text, keyRange!.start) <= offset && offset <= end,
  );
  if (document === undefined || definition === undefined || definition.valueRange !== undefined) return undefined;
  const to = definition.key === "models" ? "slices" : "models";
  const edits = to === "slices" ? toSlices(text, document, definition, facts) : toModels(text, definition, facts);
  if (edits === undefined) return undefined;
  const isSame = meaning(source, index, facts) === meaning(new YamlSource(applyEdits(text, edits)), index, facts);
  return isSame ? { to, edits } : undefined;
}

/** The merge of a document with every layer range written out; `undefined` where it cannot be read. */
function meaning(source: YamlSource, index: number, facts: FactsLookup): string | undefined {
  const parsed = mergeConfigurationSchema.safeParse(source.read("1.1").documents[index]?.value);
  if (!parsed.success) return undefined;
  const merge = tryNormalize(parsed.data);
  return JSON.stringify(merge, (key, value: unknown) => {
    if (key !== "modules" || merge === undefined) return value;
    return merge.modules.map(({ slices, parameters }) =>
      slices.map(({ sources, base, parameters: own }) => ({
        sources: sources.map((source) => ({ layers: [0, layersOf(source.reference, facts)], ...source })),
        base,
        parameters: [own, parameters].filter((level) => level !== undefined),
      })),
    );
  });
}

function tryNormalize(configuration: Parameters<typeof normalizeMerge>[0]): Merge | undefined {
  try {
    return normalizeMerge(configuration);
  } catch {
    // What cannot be read is a diagnostic; there is nothing to convert.
    return undefined;
  }
}

function layersOf(reference: Merge["models"][number], facts: FactsLookup): number | undefined {
  const result = facts(reference);
  if (result.state !== "known") return undefined;
  return layerCountOf(result.facts.config, findArchitecture(result.facts.config, reference.overrideArchitecture));
}

function modelOf(
  entry: OutlineNode,
): { node: OutlineNode; layers(facts: FactsLookup): number | undefined } | undefined {
  const node = nodeAt(entry, ["model"]);
  const reference = node?.value === undefined ? undefined : referenceAt(node);
  if (node === undefined || reference === undefined) return undefined;
  return { node, layers: (facts) => layersOf(reference, facts) };
}

function toSlices(
  text: string,
  { root }: OutlineDocument,
  definition: OutlineNode,
  facts: FactsLookup,
): TextEdit[] | undefined {
  const newline = newlineOf(text);
  const entries = definition.children;
  const models = entries.map(modelOf);
  const counts = new Set(models.map((model) => model?.layers(facts)));
  const [count] = counts;
  if (entries.length === 0 || counts.size !== 1 || count === undefined) return undefined;
  const range = `layer_range: [0, ${count}]`;
  const edits: TextEdit[] = [];
  for (const model of models) {
    const { node } = model!;
    if (node.flow) edits.push(insertion(node.end, `, ${range}`));
    else edits.push(insertion(lineEnd(text, node.end), `${newline}${" ".repeat(4 + column(text, node))}${range}`));
  }
  const base = nodeAt(root, ["base_model"]);
  const isListed = models.some((model) => base !== undefined && model!.node.value === base.value);
  if (base !== undefined && !isListed) {
    if (base.value === undefined) return undefined;
    const indent = " ".repeat(4 + entries[0]!.indent);
    const lines = [`${indent}- model: ${yamlScalar(base.value)}`, `${indent}  ${range}`];
    edits.push(insertion(lineEnd(text, definition.end), lines.map((line) => newline + line).join("")));
  }
  const key = definition.keyRange!;
  edits.push({ range: { start: key.start, end: key.end }, text: "slices" });
  edits.push(insertion(lineEnd(text, key.end), `${newline}${" ".repeat(entries[0]!.indent)}- sources:`));
  const moved = indented(text, lineEnd(text, key.end) + newline.length, lineEnd(text, definition.end), 4);
  return joined([...edits, ...moved]);
}

/** Insertions at one place become one, in their order. */
function joined(edits: readonly TextEdit[]): TextEdit[] {
  const byPlace = new Map<string, TextEdit>();
  for (const edit of edits) {
    const place = `${edit.range.start}-${edit.range.end}`;
    const earlier = byPlace.get(place);
    byPlace.set(place, earlier === undefined ? edit : { range: edit.range, text: earlier.text + edit.text });
  }
  return [...byPlace.values()];
}

function insertion(at: number, text: string): TextEdit {
  return { range: { start: at, end: at }, text };
}

function column(text: string, node: OutlineNode): number {
  const start = startOf(node)!;
  return start - lineStart(text, start);
}

/** Every line between two offsets moved to the right. */
function indented(text: string, start: number, end: number, by: number): TextEdit[] {
  const edits: TextEdit[] = [];
  for (let at = start; at < end; at = lineBreakAfter(text, at)) {
    if (lineEnd(text, at) > at) edits.push(insertion(at, " ".repeat(by)));
  }
  return edits;
}

/** Every line between two offsets moved to the left, as far as it has blanks to lose. */
function outdented(text: string, start: number, end: number, by: number): TextEdit[] {
  const edits: TextEdit[] = [];
  for (let at = start; at < end; at = lineBreakAfter(text, at)) {
    const blanks = /^ */.exec(text.slice(at, at + by))![0].length;
    if (blanks > 0) edits.push({ range: { start: at, end: at + blanks }, text: "" });
  }
  return edits;
}

function lineBreakAfter(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}

function toModels(text: string, definition: OutlineNode, facts: FactsLookup): TextEdit[] | undefined {
  const [slice, ...others] = definition.children;
  const sources = slice && nodeAt(slice, ["sources"]);
  if (slice === undefined || sources === undefined || others.length > 0 || slice.children.length > 1) return undefined;
  const [first] = sources.children;
  if (first === undefined || sources.flow || sources.valueRange !== undefined) return undefined;
  const edits: TextEdit[] = [];
  for (const source of sources.children) {
    const range = nodeAt(source, ["layer_range"]);
    const count = modelOf(source)?.layers(facts);
    const [start, end] = range?.children.map(({ value }) => Number(value)) ?? [];
    if (range === undefined || count === undefined || start !== 0 || end !== count) return undefined;
    const removed = withoutKey(text, source, range);
    if (removed === undefined) return undefined;
    edits.push(removed);
  }
  const by = first.indent - slice.indent;
  const head = lineStart(text, sources.keyRange!.start);
  const comment = /#.*$/.exec(text.slice(sources.keyRange!.end, lineEnd(text, sources.keyRange!.end)))?.[0];
  const kept = comment === undefined ? "" : `${" ".repeat(slice.indent)}${comment}${newlineOf(text)}`;
  edits.push({ range: { start: head, end: lineBreakAfter(text, head) }, text: kept });
  edits.push({ range: definition.keyRange!, text: "models" });
  const removedRanges = edits.map(({ range }) => range);
  const moved = outdented(text, lineBreakAfter(text, head), definition.end, by).filter(
    ({ range }) => !removedRanges.some(({ start, end }) => start <= range.start && range.start < end),
  );
  return [...edits, ...moved];
}

/** Takes a key out of an entry; a comment beside it stays. */
function withoutKey(text: string, entry: OutlineNode, node: OutlineNode): TextEdit | undefined {
  const { start } = node.keyRange!;
  if (node.flow && !/[[{]/.test(text[start - 1] ?? "")) {
    const at = entry.children.indexOf(node);
    const [previous, next] = [entry.children[at - 1], entry.children[at + 1]];
    if (entry.valueRange !== undefined || entry.children.every(({ flow }) => flow)) {
      if (previous !== undefined) return { range: { start: previous.end, end: node.end }, text: "" };
      return next === undefined ? undefined : { range: { start, end: next.keyRange!.start }, text: "" };
    }
  }
  const begin = lineStart(text, start);
  const rest = text.slice(node.end, lineEnd(text, node.end)).trim();
  if (rest !== "" && !rest.startsWith("#")) return undefined;
  const isFirst = text.slice(begin, start).trim() === "-";
  if (isFirst) {
    // The next key takes its place beside the dash.
    const next = entry.children.find((child) => child !== node);
    if (next?.keyRange === undefined || rest !== "") return undefined;
    return { range: { start, end: next.keyRange.start }, text: "" };
  }
  if (rest !== "") return { range: { start, end: text.indexOf(rest, node.end) }, text: "" };
  return { range: { start: begin, end: lineBreakAfter(text, node.end) }, text: "" };
}
