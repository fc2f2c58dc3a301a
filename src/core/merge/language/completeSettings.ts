import { Markdown, markdown } from "../../markdown.ts";
import type { ParameterSpec } from "../methods/method.ts";
import { indented } from "../../yaml/keyCompletion.ts";
import { typicalValue } from "./completeKeys.ts";
import type { Completion } from "../../yaml/completion.ts";
import type { CursorPlace } from "../../yaml/cursorPlace.ts";
import type { LanguageContext } from "./languageContext.ts";
import { methodOf, type Slot } from "./mergeDocument.ts";

type SettingSlot = Extract<Slot, { readonly parameter: string }>;

/** Values of a parameter: its default or a usual number, gradients over the layers, values by tensor. */
export function completeSetting(place: CursorPlace, slot: SettingSlot, context: LanguageContext): Completion[] {
  const spec = specOf(place, slot.parameter, context);
  if (spec?.type === "boolean") {
    return ["true", "false"].map((value) =>
      plain(place, value, value === String(spec.default) ? "default" : undefined),
    );
  }
  const isOpen = place.role === "open";
  const numbers = numbersFor(spec).map((value) =>
    plain(place, value, spec?.default !== undefined && value === String(spec.default) ? "default" : undefined),
  );
  const isItem = typeof place.path.at(-1) === "number";
  if (isItem && !isOpen) return place.inFlow ? numbers : [...numbers, conditionItem(place)];
  if (spec?.type === "integer") return numbers;
  const gradients = gradientsFor(spec).map(([value, detail]) => snippet(place, value, detail));
  if (slot.kind === "conditionValue") return [...numbers, ...gradients];
  return [...numbers, ...gradients, ...(place.inFlow ? [] : [byTensor(place, isOpen, spec)])];
}

function specOf({ root }: CursorPlace, name: string, { methods }: LanguageContext): ParameterSpec | undefined {
  const own = methodOf(root, methods);
  const candidates = own === undefined ? [...methods.values()] : [own];
  return candidates.flatMap(({ parameters }) => parameters).find((spec) => spec.name === name);
}

function numbersFor(spec: ParameterSpec | undefined): string[] {
  const preset = typeof spec?.default === "number" ? [String(spec.default)] : [];
  const usual =
    spec === undefined || spec.type === "integer"
      ? []
      : [typicalValue(spec), ...(sharesOne(spec) ? ["0.0", "1.0"] : [])];
  return [...new Set([...preset, ...usual])];
}

/** Parameters between 0 and 1 (or usually so). */
function sharesOne({ name, maximum }: ParameterSpec): boolean {
  return maximum === 1 || ["t", "weight"].includes(name);
}

function gradientsFor(spec: ParameterSpec | undefined): [string, string][] {
  if (spec !== undefined && !sharesOne(spec)) return [["[${1:0.0}, ${2:1.0}]", "gradient over the layers"]];
  return [
    ["[${1:0.0}, ${2:1.0}]", "gradient: rising over the layers"],
    ["[${1:1.0}, ${2:0.0}]", "gradient: falling over the layers"],
    ["[${1:0.0}, ${2:0.5}, ${3:0.3}, ${4:0.7}, ${5:1.0}]", "gradient through five values"],
  ];
}

function plain(place: CursorPlace, value: string, detail?: string): Completion {
  const more = detail === undefined ? {} : { detail };
  return { label: value, kind: "value", insert: value, range: place.word, ...more };
}

function snippet(place: CursorPlace, text: string, detail: string): Completion {
  const label = text.replaceAll(/\$\{\d+:([^}]*)\}/g, "$1");
  const documentation = markdown`
Equally spaced over the layers of a slice, linear between them. Tensors outside the layers take the first value.
  `;
  return { label, kind: "snippet", insert: text, range: place.word, detail, documentation };
}

function conditionItem(place: CursorPlace): Completion {
  const insert = indented("filter: $1\n  value: $2", place);
  return { label: "filter / value", kind: "snippet", insert, range: place.word, detail: "value for some tensors" };
}

/** A list of conditions, ending with one that covers the rest. */
function byTensor(place: CursorPlace, isOpen: boolean, spec: ParameterSpec | undefined): Completion {
  const rest = spec === undefined ? "0.5" : typicalValue(spec);
  const lines = [
    "- filter: ${1:self_attn}",
    "  value: ${2:[0.0, 0.5, 0.3, 0.7, 1.0]}",
    "- filter: ${3:mlp}",
    "  value: ${4:[1.0, 0.5, 0.7, 0.3, 0.0]}",
    `- value: \${5:${rest}}`,
  ];
  const insert = isOpen ? indented(lines.join("\n"), place) : `\n${lines.map((line) => `  ${line}`).join("\n")}`;
  return {
    label: "- filter / value",
    kind: "snippet",
    insert,
    range: place.word,
    detail: "values by tensor name",
    documentation: Markdown.own(
      "The first entry whose `filter` is part of a tensor's name holds; the last, without one, for the rest.",
    ),
  };
}
