import type { Completion } from "./completion.ts";
import { cursorPlace, type CursorPlace } from "./cursorPlace.ts";

/** What a language offers at a place, by what can be written there; each the likeliest first. */
export interface CompletionSource {
  /** Keys of the mapping around the cursor. */
  keys(place: CursorPlace): Promise<readonly Completion[]>;
  /** Single values of the key or item at the cursor. */
  values(place: CursorPlace): Promise<readonly Completion[]>;
  /** What a further item of the list around the cursor begins with, its dash included. */
  items(place: CursorPlace): Promise<readonly Completion[]>;
}

/**
 * What may be written at a place of a text, the likeliest first. Works by indentation, so that it does in a text that is
 * half written and broken elsewhere. Never throws for what is in the text; throws what the language throws.
 */
export async function completeYaml(text: string, offset: number, source: CompletionSource): Promise<Completion[]> {
  const place = cursorPlace(text, offset);
  if (place === undefined) return [];
  if (place.role === "key") return [...(await source.keys(place))];
  if (place.role === "value") return [...(await source.values(place)), ...(await keysOfItem(place, source))];
  return [...(await source.items(place)), ...(await completeOpen(place, source))];
}

/** After a dash the first key of the item may be written as well as a single value. */
async function keysOfItem(place: CursorPlace, source: CompletionSource): Promise<readonly Completion[]> {
  const index = place.path.at(-1);
  const item = place.container.children.find((child) => child.index === index && child.key === undefined);
  if (typeof index !== "number" || item === undefined || place.inFlow) return [];
  return await source.keys({ ...place, container: { ...item, children: [] } });
}

/** On a line of its own: a key, or the value of the key above. */
async function completeOpen(place: CursorPlace, source: CompletionSource): Promise<Completion[]> {
  const { container } = place;
  const isMapping = container.children.some(({ key }) => key !== undefined);
  if (!isMapping && isList(container)) return [];
  const values = isMapping || container.path.length === 0 ? [] : await source.values(place);
  return [...(await source.keys(place)), ...values];
}

/** Whether a list has been begun below a key. */
export function isList({ parent, children }: CursorPlace["container"]): boolean {
  return parent !== undefined && children.some(({ index }) => index !== undefined);
}
