import { Markdown } from "../markdown.ts";
import type { KeyPath } from "../schemaProblems.ts";
import { snippetText, yamlScalar, type Completion } from "./completion.ts";
import { isList, type CompletionSource } from "./completeYaml.ts";
import type { CursorPlace } from "./cursorPlace.ts";
import { indented, isTaken, itemSnippet, keyItem, keySnippet } from "./keyCompletion.ts";
import type { OutlineNode } from "./outline.ts";
import { describeKey, formsAt, schemaKeys, type JsonSchema } from "./schemaKeys.ts";
import type { ValueSuggestion } from "./valueRule.ts";

/** What a schema allows at a place, and what the language's rules suggest there. */
export class SchemaCompletion implements CompletionSource {
  /** @param suggest what a rule offers for the value at a place; undefined where none does, and the schema speaks */
  constructor(
    private readonly schema: JsonSchema,
    private readonly suggest: (place: CursorPlace) => Promise<readonly ValueSuggestion[] | undefined>,
  ) {}

  keys(place: CursorPlace): Promise<Completion[]> {
    const { container, root } = place;
    const free = schemaKeys(this.schema, container.path, root).filter(({ name }) => !isTaken(place, name));
    return Promise.resolve(
      free.map(({ name, description, required, schema }) =>
        keyItem(place, name, keySnippet(name, schema), {
          ...(description === undefined ? {} : { documentation: Markdown.text(description) }),
          ...(required ? { detail: "required" } : {}),
        }),
      ),
    );
  }

  async values(place: CursorPlace): Promise<Completion[]> {
    const suggestions = await this.suggest(place);
    return suggestions?.map((suggestion) => suggested(place, suggestion)) ?? this.schemaValues(place);
  }

  private schemaValues(place: CursorPlace): Completion[] {
    const forms = formsAt(this.schema, place.path, place.root);
    const preset = forms.map(({ default: value }) => value).find((value) => value !== undefined);
    const choices = choicesOf(forms);
    const offered =
      choices.length === 0 && (typeof preset === "number" || typeof preset === "string")
        ? [{ value: preset, description: undefined }]
        : choices;
    return offered.map(({ value, description }) => ({
      label: String(value),
      kind: "value",
      insert: snippetText(typeof value === "string" && !place.quoted ? yamlScalar(value) : String(value)),
      range: place.word,
      ...(value === preset ? { detail: "default" } : {}),
      ...(description === undefined ? {} : { documentation: Markdown.text(description) }),
    }));
  }

  async items(place: CursorPlace): Promise<Completion[]> {
    const { container } = place;
    const list = formsAt(this.schema, container.path, place.root).find(({ items }) => items !== undefined);
    if (list === undefined) return [];
    const snippet = itemSnippet(list);
    if (snippet !== "$1") {
      const label = `- ${/^\w+/.exec(snippet)?.[0] ?? "…"}`;
      return [{ label, kind: "snippet", insert: indented(`- ${snippet}`, place), range: place.word }];
    }
    if (!isList(container)) return [];
    const values = await this.values({ ...place, path: [...container.path, container.children.length] });
    return values.map((value) => ({ ...value, insert: `- ${value.insert}` }));
  }
}

/** What the schema says of the key at a path, or of the key of the list that an item belongs to. */
export function describeAt(schema: JsonSchema, path: KeyPath, root: OutlineNode): Markdown | undefined {
  const key = path.slice(0, path.findLastIndex((part) => typeof part === "string") + 1);
  const description = describeKey(schema, key);
  if (description === undefined) return undefined;
  const forms = formsAt(schema, key, root);
  const preset = forms.map(({ default: value }) => value).find((value) => value !== undefined);
  const choices = choicesOf([...forms, ...formsAt(schema, [...key, 0], root)]).map(({ value }) => String(value));
  const facts = [
    ...(choices.length === 0 ? [] : [`One of ${choices.join(", ")}.`]),
    ...(preset === undefined
      ? []
      : [`Default: ${typeof preset === "object" ? JSON.stringify(preset) : String(preset)}.`]),
  ];
  return Markdown.paragraphs([description, ...(facts.length === 0 ? [] : [facts.join(" ")])].map(Markdown.text));
}

interface Choice {
  readonly value: string | number | boolean;
  readonly description: string | undefined;
}

/** Values that the schema itself names, each once. */
function choicesOf(forms: readonly JsonSchema[]): Choice[] {
  const choices = new Map<unknown, Choice>();
  for (const { const: fixed, enum: words = [], type, description } of forms) {
    const values = [...(fixed === undefined ? [] : [fixed]), ...words, ...(type === "boolean" ? [true, false] : [])];
    for (const value of values) {
      if (value === null || typeof value === "object" || choices.has(value)) continue;
      choices.set(value, { value, description: fixed === undefined ? undefined : description });
    }
  }
  return [...choices.values()];
}

function suggested(
  place: CursorPlace,
  { value, label = value, detail, documentation, kind }: ValueSuggestion,
): Completion {
  return {
    label,
    kind,
    insert: snippetText(place.quoted ? value : yamlScalar(value)),
    range: place.word,
    filter: value,
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation }),
  };
}
