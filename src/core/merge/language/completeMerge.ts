import { completeKeys } from "./completeKeys.ts";
import type { Completion } from "../../yaml/completion.ts";
import { cursorPlace, type CursorPlace } from "../../yaml/cursorPlace.ts";
import { completeItems } from "./completeItems.ts";
import type { LanguageContext } from "./languageContext.ts";
import { completeValues } from "./completeValues.ts";

/**
 * What may be written at a place of a merge configuration, the likeliest first. Works by indentation, so that it does
 * in a text that is half written and broken elsewhere. Never throws for what is in the text.
 */
export async function completeMerge(text: string, offset: number, context: LanguageContext): Promise<Completion[]> {
  const place = cursorPlace(text, offset);
  if (place === undefined) return [];
  if (place.role === "key") return await completeKeys(place, context);
  if (place.role === "value") return [...(await completeValues(place, context)), ...(await keysOfItem(place, context))];
  return [...(await completeItems(place, context)), ...(await completeOpen(place, context))];
}

/** After a dash the first key of the item may be written as well as a single value. */
async function keysOfItem(place: CursorPlace, context: LanguageContext): Promise<Completion[]> {
  const index = place.path.at(-1);
  const item = place.container.children.find((child) => child.index === index && child.key === undefined);
  if (typeof index !== "number" || item === undefined || place.inFlow) return [];
  return await completeKeys({ ...place, container: { ...item, children: [] } }, context);
}

/** On a line of its own: a key, or the value of the key above. */
async function completeOpen(place: CursorPlace, context: LanguageContext): Promise<Completion[]> {
  const { container } = place;
  const isMapping = container.children.some(({ key }) => key !== undefined);
  const isList =
    !isMapping && container.parent !== undefined && container.children.some(({ index }) => index !== undefined);
  if (isList) return [];
  const values = isMapping || container.path.length === 0 ? [] : await completeValues(place, context);
  return [...(await completeKeys(place, context)), ...values];
}
