import { snippetText, type Completion } from "./completion.ts";
import type { CursorPlace } from "./cursorPlace.ts";
import { alternatives, type JsonSchema } from "./schemaKeys.ts";

/** Whether the mapping around the cursor has a key already, other than the one that is being written. */
export function isTaken({ container, word }: CursorPlace, name: string): boolean {
  return container.children.some(({ key, keyRange }) => key === name && keyRange?.start !== word.start);
}

/** A key as it is inserted: with its snippet where a block may stand, in braces and before a colon in short. */
export function keyItem(
  place: CursorPlace,
  label: string,
  snippet: string,
  more: Partial<Pick<Completion, "detail" | "documentation" | "filter">>,
): Completion {
  const insert = place.hasColon
    ? snippetText(label)
    : place.inFlow
      ? flowSnippet(snippet, label)
      : indented(snippet, place);
  return {
    label,
    kind: "key",
    insert,
    range: place.word,
    continues: !place.hasColon && insert.endsWith(": "),
    ...more,
  };
}

/** Inside braces a block cannot be written. */
function flowSnippet(snippet: string, label: string): string {
  return snippet.includes("\n") ? `${snippetText(label)}: $0` : snippet;
}

/** Editors indent continuation lines like the line; after a dash they belong further right. */
export function indented(snippet: string, { column, lineIndent }: CursorPlace): string {
  return snippet.replaceAll("\n", `\n${" ".repeat(Math.max(0, column - lineIndent))}`);
}

/** A key with what its value begins with, by its schema: nothing where a single value may stand. */
export function keySnippet(name: string, schema: JsonSchema): string {
  const forms = alternatives(schema).filter(
    ({ type, const: fixed, enum: words }) => (type ?? fixed ?? words) !== undefined,
  );
  const isSingle = forms.some(({ type }) => type !== "array" && type !== "object");
  const [form] = forms;
  if (isSingle || form === undefined) return `${snippetText(name)}: `;
  const begun = form.type === "array" ? `- ${itemSnippet(form)}` : entriesSnippet(form);
  return `${snippetText(name)}:\n  ${begun.replaceAll("\n", "\n  ")}`;
}

/** What an item of a list begins with, without its dash: its required keys, or a value. */
export function itemSnippet({ items }: JsonSchema): string {
  const [form] = typeof items === "object" && !Array.isArray(items) ? alternatives(items as JsonSchema) : [];
  return form?.type === "object" ? entriesSnippet(form).replaceAll("\n", "\n  ") : "$1";
}

function entriesSnippet({ required = [] }: JsonSchema): string {
  if (required.length === 0) return "$0";
  return required.map((key, index) => `${snippetText(key)}: $${index + 1}`).join("\n");
}
