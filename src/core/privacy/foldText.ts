/** A text in the form that the rules read, and where each of its units comes from. */
export interface FoldedText {
  readonly text: string;
  /** Place in the original of each unit of `text`, and the original's length at the end. */
  readonly places: Uint32Array;
}

/** What is unlike after decomposition, though it is written one for the other. */
const sameAs: Readonly<Record<string, string>> = {
  ى: "ي",
  ة: "ه",
  ک: "ك",
  ی: "ي",
  "’": "'",
  "‘": "'",
  ʼ: "'",
  "‐": "-",
  "‑": "-",
  "‒": "-",
  "–": "-",
  "—": "-",
  "−": "-",
  "／": "/",
  "：": ":",
  "＠": "@",
  "＋": "+",
  "،": ",",
  "؛": ";",
  "٫": ".",
  "٬": ",",
  º: "°",
};

/** Where the digits of other scripts begin: Arabic-Indic, Persian, of full width. */
const zeros = [0x660, 0x6f0, 0xff10];

/**
 * Folds what is written differently and means the same, so that a rule has one form to find: Arabic-Indic, Persian and
 * full-width digits become ASCII; accents, vowel marks, the tatweel and what is not seen (soft hyphens, marks of
 * direction) go; forms of alef, yeh and teh marbuta, dashes, apostrophes and blanks become one each.
 */
export function foldText(original: string): FoldedText {
  const units: string[] = [];
  const places = new Uint32Array(original.length + 1);
  const known = new Map<string, string>();
  for (let index = 0; index < original.length; index++) {
    const unit = original[index]!;
    let folded = known.get(unit);
    if (folded === undefined) known.set(unit, (folded = foldUnit(unit)));
    if (folded === "") continue;
    places[units.length] = index;
    units.push(folded);
  }
  places[units.length] = original.length;
  return { text: units.join(""), places: places.subarray(0, units.length + 1) };
}

/** One unit, or nothing. */
function foldUnit(unit: string): string {
  if (unit <= "~") return unit;
  if (/[\p{M}\p{Cf}ـ]/u.test(unit)) return "";
  if (/\p{Zs}/u.test(unit)) return " ";
  const code = unit.charCodeAt(0);
  const zero = zeros.find((first) => code >= first && code < first + 10);
  if (zero !== undefined) return String(code - zero);
  const base = unit.normalize("NFD")[0]!;
  return sameAs[base] ?? base;
}
