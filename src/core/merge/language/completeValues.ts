import { Markdown } from "../../markdown.ts";
import { builtinChatTemplates, dtypeNames } from "../config/schema.ts";
import { layerCountOf, findArchitecture } from "../../checkpoint/architectures/registry.ts";
import { gateModes } from "../moe/moeConfiguration.ts";
import { completeModels } from "./completeModels.ts";
import { completeFilters } from "./completeFilters.ts";
import { completeSetting } from "./completeSettings.ts";
import { tokenChoices } from "./completeTokens.ts";
import { snippetText, yamlScalar, type Completion } from "../../yaml/completion.ts";
import type { CursorPlace } from "../../yaml/cursorPlace.ts";
import type { LanguageContext } from "./languageContext.ts";
import { slotAt, tryParse } from "./mergeDocument.ts";
import { describeMethod, shortArity } from "./methodGuide.ts";
import { nodeAt, type OutlineNode } from "../../yaml/outline.ts";

/** Values for the key or item at the cursor. */
export async function completeValues(place: CursorPlace, context: LanguageContext): Promise<Completion[]> {
  const slot = slotAt(place.path);
  switch (slot.kind) {
    case "method":
      return methodValues(place, context);
    case "dtype":
      return dtypeNames.filter((name) => name !== "int64").map((name) => valueItem(place, name, dtypeNotes[name]));
    case "chatTemplate":
      return [
        valueItem(place, "auto", "The most frequent template among the models."),
        ...builtinChatTemplates.map((name) => valueItem(place, name, "Built-in template.")),
      ];
    case "gateMode":
      return gateModes.map((name) => valueItem(place, name));
    case "model":
      return await completeModels(place, context, "checkpoint");
    case "adapter":
      return await completeModels(place, context, "adapter");
    case "tokenizerSource":
      return [
        valueItem(place, "union", "Every token of every model."),
        valueItem(place, "base", "The vocabulary of the base model."),
        ...(await completeModels(place, context, "used")),
      ];
    case "tokenSource":
      return await completeModels(place, context, "used");
    case "tokenKind":
      return [valueItem(place, "model_token", "Another token of a model."), valueItem(place, "zero", "Zeros.")];
    case "token":
      return (await tokenChoices(place, context)).map(({ token, detail }) =>
        valueItem(place, token, undefined, detail),
      );
    case "boolean":
      return ["true", "false"].map((name) => literalItem(place, name));
    case "padding":
      return ["8", "64", "128"].map((name) => literalItem(place, name));
    case "layerRange":
    case "layer":
      return await layerValues(place, context);
    case "filter":
      return await completeFilters(place, context);
    case "setting":
    case "condition":
    case "conditionValue":
      return completeSetting(place, slot, context);
    case "parameters":
    case "tokens":
    case "other":
      return [];
  }
}

/** What speaks for a type, by its name. */
export const dtypeNotes: Readonly<Record<string, string>> = {
  bfloat16: "What most checkpoints are stored in: 2 bytes, the range of float32.",
  float16: "2 bytes; values above 65504 overflow.",
  float32: "4 bytes; the most exact arithmetic. Write the result smaller with `out_dtype`.",
};

function methodValues(place: CursorPlace, { methods }: LanguageContext): Completion[] {
  return [...methods.values()].map((method) => ({
    label: method.name,
    kind: "method" as const,
    detail: shortArity(method),
    documentation: describeMethod(method),
    insert: method.name,
    range: place.word,
  }));
}

/** @param documentation Markdown of Medley's own */
export function valueItem(place: CursorPlace, value: string, documentation?: string, detail?: string): Completion {
  const insert = snippetText(place.quoted ? value : yamlScalar(value));
  return {
    label: value,
    kind: "value",
    insert,
    range: place.word,
    ...(documentation === undefined ? {} : { documentation: Markdown.own(documentation) }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** A number or boolean, which must not be quoted. */
export function literalItem(place: CursorPlace, value: string, detail?: string): Completion {
  const more = detail === undefined ? {} : { detail };
  return { label: value, kind: "value", insert: snippetText(value), range: place.word, ...more };
}

/** Ranges by the layers that the source's model has and those that the slice before took. */
async function layerValues(place: CursorPlace, context: LanguageContext): Promise<Completion[]> {
  const at = place.path.lastIndexOf("layer_range");
  const source = nodeAt(place.root, place.path.slice(0, at));
  const text = source === undefined ? undefined : nodeAt(source, ["model"])?.value;
  const count = text === undefined ? undefined : await layersOf(text, context);
  const previous = source === undefined ? undefined : previousEnd(place.root, source);
  if (place.path.length > at + 1) {
    const ends = place.path.at(-1) === 0 ? [0, previous] : [count];
    return [...new Set(ends)].filter((end) => end !== undefined).map((end) => literalItem(place, String(end)));
  }
  const ranges: (readonly [number, number, string])[] = [];
  const sibling = source === undefined ? undefined : siblingRange(source);
  if (sibling !== undefined) ranges.push([...sibling, "the range of the first source of this slice"]);
  if (previous !== undefined && count !== undefined && previous < count) {
    ranges.push([previous, count, "from the end of the slice before"]);
  }
  if (count !== undefined) {
    ranges.push([0, count, `all ${count} layers`], [0, count >> 1, "first half"], [count >> 1, count, "second half"]);
  }
  const unique = ranges.filter(([a, b], index) => ranges.findIndex(([c, d]) => a === c && b === d) === index);
  return unique.map(([start, end, detail]) => literalItem(place, `[${start}, ${end}]`, detail));
}

async function layersOf(text: string, context: LanguageContext): Promise<number | undefined> {
  const reference = tryParse(text);
  if (reference === undefined) return undefined;
  const result = (await context.load?.(reference)) ?? context.facts(reference);
  if (result.state !== "known") return undefined;
  return layerCountOf(result.facts.config, findArchitecture(result.facts.config, reference.overrideArchitecture));
}

function rangeOf(source: OutlineNode): readonly [number, number] | undefined {
  const numbers = [0, 1].map((index) => Number(nodeAt(source, ["layer_range", index])?.value ?? Number.NaN));
  return numbers.every(Number.isInteger) ? (numbers as [number, number]) : undefined;
}

function siblingRange(source: OutlineNode): readonly [number, number] | undefined {
  const first = source.parent?.children.find((child) => child !== source && rangeOf(child) !== undefined);
  return first === undefined ? undefined : rangeOf(first);
}

/** Where the slice before the one of a source ends. */
function previousEnd(root: OutlineNode, source: OutlineNode): number | undefined {
  const at = source.path.lastIndexOf("slices");
  const index = source.path[at + 1];
  if (at < 0 || typeof index !== "number" || index === 0) return undefined;
  const sources = nodeAt(root, [...source.path.slice(0, at + 1), index - 1, "sources"]);
  return sources?.children.map(rangeOf).find((range) => range !== undefined)?.[1];
}
