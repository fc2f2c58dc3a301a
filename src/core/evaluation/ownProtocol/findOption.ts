import { pythonStrip } from "../pythonText.ts";
import type { GenerationScoring } from "./protocolDefinition.ts";

/**
 * Position of the option that a generated text names; null when it names none. Time grows with the length of the text
 * and the number of options only.
 * Of several occurrences that begin (or, for the last, end) at the same place the longest counts.
 * @param forms what names each option; white space around it does not matter
 */
export function findOption(
  text: string,
  forms: readonly string[],
  { where, after, ignoreCase }: Pick<GenerationScoring, "where" | "after" | "ignoreCase">,
): number | null {
  const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value);
  const searched = after === undefined ? text : textBehind(text, after);
  if (searched === undefined) return null;
  const haystack = fold(where === "start" ? pythonStrip(searched) : searched);
  const found = forms.flatMap((form, option) => {
    const sought = fold(pythonStrip(form));
    return occurrences(haystack, sought, where === "start").map((at) => ({ option, at, end: at + sought.length }));
  });
  const best = found.sort((a, b) =>
    where === "last" ? b.end - a.end || a.at - b.at : a.at - b.at || b.end - a.end,
  )[0];
  return best?.option ?? null;
}

function textBehind(text: string, marker: string): string | undefined {
  const literal = new RegExp(marker.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), "giu");
  const last = [...text.matchAll(literal)].at(-1);
  return last && text.slice(last.index + last[0].length);
}

/** Where the form stands as a word of its own: not in the middle of letters and digits. */
function occurrences(text: string, form: string, onlyAtStart: boolean): number[] {
  const result: number[] = [];
  if (form === "") return result;
  for (let at = text.indexOf(form); at >= 0; at = onlyAtStart ? -1 : text.indexOf(form, at + 1)) {
    if (onlyAtStart && at > 0) break;
    const joinsBefore = wordCharacter.test(form) && wordEnd.test(text.slice(Math.max(0, at - 2), at));
    const end = at + form.length;
    const joinsAfter = wordEnd.test(form) && wordCharacter.test(text.slice(end, end + 2));
    if (!joinsBefore && !joinsAfter) result.push(at);
  }
  return result;
}

/** A letter or digit at the beginning, at the end. */
const wordCharacter = /^[\p{L}\p{N}]/u;
const wordEnd = /[\p{L}\p{N}]$/u;
