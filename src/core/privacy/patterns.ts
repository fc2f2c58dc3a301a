import type { TextRange } from "../yaml/textRange.ts";

/** Before and after a word or number: neither letter nor digit. */
export const wordStart = String.raw`(?<![\p{L}\p{N}_])`;
export const wordEnd = String.raw`(?![\p{L}\p{N}_])`;

/** What stands between a label and its value: `MRN: 12`, `dossier n° 12`, `account number is 12`. */
export const afterLabel = String.raw`(?:[ \t]{0,3}(?:numbers?|numero|num|nbr|no|n°|№|#|id|is|was|est|ending in|رقم|هو|هي)(?![\p{L}\p{N}])\.?){0,3}[ \t]{0,3}[:=#-]?[ \t]{0,3}`;

/**
 * A pattern of a rule: Unicode, every occurrence. Every repetition in it must be bounded, so that the time for a text
 * grows no faster than its length.
 */
export function pattern(source: string, flags: "" | "i" = ""): RegExp {
  return new RegExp(source, `gud${flags}`);
}

/**
 * Where patterns fit: the group `found` of a pattern that has one, else all of it.
 * @param accept has the last word; it is given what was found and where that stands
 */
export function findPatterns(
  text: string,
  patterns: readonly RegExp[],
  accept: (found: string, place: TextRange) => boolean = () => true,
): TextRange[] {
  const ranges: TextRange[] = [];
  for (const expression of patterns) {
    // Not matchAll, which compiles a copy of the pattern for every text.
    expression.lastIndex = 0;
    for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
      const [start, end] = match.indices!.groups?.found ?? match.indices![0]!;
      if (accept(text.slice(start, end), { start, end })) ranges.push({ start, end });
    }
  }
  return ranges;
}

/** A number that stands behind a word that says what it is. It has a digit, and is not a measurement. */
export function labelled(
  labels: string,
  value = String.raw`[\p{L}]{0,5}[-/ ]?\d[\p{L}\d]{0,20}(?:[-/.][\p{L}\d]{1,12}){0,4}`,
): RegExp {
  return pattern(`${wordStart}(?:${labels})${afterLabel}(?<found>${value})${wordEnd}`, "i");
}

/** How many digits a text has. */
export function digitCount(text: string): number {
  return text.replace(/\D/g, "").length;
}
