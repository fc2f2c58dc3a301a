import type { TextRange } from "../yaml/textRange.ts";
import type { Finding, PrivacyCategory, PrivacyRule } from "./finding.ts";
import { foldText, type FoldedText } from "./foldText.ts";
import { privacyRules } from "./registry.ts";

interface Candidate extends TextRange {
  readonly category: PrivacyCategory;
}

/**
 * What the rules find in a text, from left to right and without overlap. Where findings overlap, they become one that
 * covers all of them and is called what the longest is. That nothing was found does not say that there is nothing.
 */
export function findIdentifiers(text: string, rules: readonly PrivacyRule[] = privacyRules): Finding[] {
  const folded = foldText(text);
  const candidates = rules.flatMap(({ category, find }) =>
    [...find(folded.text)].flatMap((span) => (span.end > span.start ? [{ ...span, category }] : [])),
  );
  return joinOverlaps(candidates).map(({ category, ...span }) => {
    const { start, end } = original(span, folded, text);
    return { start, end, category, text: text.slice(start, end) };
  });
}

/** The sort is stable: of two that are equal, that of the earlier rule comes first. */
function joinOverlaps(candidates: readonly Candidate[]): Candidate[] {
  const joined: (Candidate & { longest: number })[] = [];
  for (const candidate of [...candidates].sort((a, b) => a.start - b.start)) {
    const { start, end, category } = candidate;
    const last = joined.at(-1);
    if (last === undefined || start >= last.end) {
      joined.push({ ...candidate, longest: end - start });
      continue;
    }
    const isLonger = end - start > last.longest;
    joined[joined.length - 1] = {
      start: last.start,
      end: Math.max(last.end, end),
      category: isLonger ? category : last.category,
      longest: Math.max(last.longest, end - start),
    };
  }
  return joined;
}

/** Where a part of the folded text stands in the original, with the marks that belong to its last letter. */
function original({ start, end }: TextRange, { places }: FoldedText, text: string): TextRange {
  let stop = places[end - 1]! + 1;
  while (stop < places[end]! && /\p{M}/u.test(text[stop]!)) stop++;
  return { start: places[start]!, end: stop };
}
