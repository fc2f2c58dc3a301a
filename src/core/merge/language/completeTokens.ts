import type { CursorPlace } from "../../yaml/cursorPlace.ts";
import type { LanguageContext } from "./languageContext.ts";
import { referencesOf } from "./mergeDocument.ts";
import { formatModelReference } from "../../checkpoint/modelReference.ts";

export interface TokenChoice {
  readonly token: string;
  /** Which models have it. */
  readonly detail: string;
}

/** So many at once are still read. */
const most = 200;

/**
 * Tokens of the document's models: special ones first, which are what the rules of a tokenizer are written for, then
 * the others that contain what is typed.
 */
export async function tokenChoices(place: CursorPlace, context: LanguageContext): Promise<TokenChoice[]> {
  const owners = new Map<string, string[]>();
  const plain = new Map<string, string[]>();
  const add = (into: Map<string, string[]>, token: string, model: string) => {
    into.set(token, [...(into.get(token) ?? []), model]);
  };
  for (const reference of referencesOf(place.root)) {
    const result = (await context.load?.(reference)) ?? context.facts(reference);
    if (result.state !== "known" || result.facts.tokenizer === undefined) continue;
    const model = formatModelReference(reference);
    const { added, vocabulary } = result.facts.tokenizer;
    for (const { content } of added) add(owners, content, model);
    if (place.typed.length < 2) continue;
    for (const token of vocabulary.keys()) {
      if (token.includes(place.typed) && !owners.has(token) && plain.size < most) add(plain, token, model);
    }
  }
  return [...owners, ...plain].slice(0, most).map(([token, models]) => ({ token, detail: models.join(", ") }));
}
