import type { Item } from "./item.ts";

/** Languages of the Latin script that are told apart, each by words that are frequent in it and rare in the others. */
const frequentWords: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    en: "the of and is are in to a an for on which what with following from by that has have was were not be this these does",
    fr: "le les des du est une dans quel quelle quels quelles parmi sont pour par sur avec cette aux ou et",
    es: "el los las del es una en cuál cuáles qué siguientes para por con se señale respecto más y como",
    it: "il lo gli della delle dei è una nel quale quali che seguenti con sono del più un si dalla alla",
    pt: "dos das é uma não qual quais que seguintes para por com são mais em um na ao da",
    de: "der das den dem des ist eine einer welche welcher welches folgenden für mit von nicht sind und im bei auf",
    nl: "het een van welke wat voor met door niet zijn en bij op aan deze wordt volgende",
  }).map(([language, words]) => [language, new Set(words.split(" "))]),
);

/** Scripts that tell a language, or a few, without a look at words. */
const scripts: readonly (readonly [letters: RegExp, languages: readonly string[]])[] = [
  [/\p{Script=Arabic}/gu, ["ar", "fa", "ur", "ps", "ckb", "sd", "ug"]],
  [/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu, ["zh", "ja", "yue"]],
  [/\p{Script=Hangul}/gu, ["ko"]],
  [/\p{Script=Cyrillic}/gu, ["ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "tg", "mn"]],
  [/\p{Script=Greek}/gu, ["el"]],
  [/\p{Script=Hebrew}/gu, ["he", "yi"]],
  [/\p{Script=Devanagari}/gu, ["hi", "mr", "ne", "sa"]],
  [/\p{Script=Thai}/gu, ["th"]],
];

/** Languages that are named where the text shows no single one. */
const unsaid: readonly string[] = ["und", "mul", "zxx", "mis"];

/** So much text suffices; the more the slower. */
const sampleLength = 20_000;
/** With fewer words their language is guesswork. */
const fewestWords = 60;

/** Items that are in another language than they are recorded with. */
export interface OtherLanguage {
  readonly items: number;
  readonly message: string;
}

/** Compares the texts of items with the language that they are recorded with, language by language. */
export function otherLanguages(items: readonly Item[]): OtherLanguage[] {
  const tags = new Set(items.map(({ language }) => language));
  return [...tags].flatMap((tag) => {
    const members = items.filter(({ language }) => language === tag);
    const found = otherLanguage(sampleOf(members), tag.split("-")[0]!.toLowerCase());
    if (found === undefined) return [];
    return [{ items: members.length, message: `The questions are in ${found}, not in ${nameOf(tag)}.` }];
  });
}

function sampleOf(items: readonly Item[]): string {
  let sample = "";
  for (const { question, options } of items) {
    if (sample.length >= sampleLength) break;
    sample += `${question}\n${options.map(({ text }) => text).join("\n")}\n`;
  }
  return sample;
}

/** What the text is instead of the language; undefined where it is that language, or nobody can tell. */
function otherLanguage(text: string, expected: string): string | undefined {
  if (unsaid.includes(expected)) return undefined;
  const letters = count(text, /\p{L}/gu);
  const script = scripts.find(([pattern]) => count(text, pattern) * 2 > letters);
  if (script !== undefined)
    return script[1].includes(expected) ? undefined : script[1].slice(0, 2).map(nameOf).join(" or ");
  const isOfOtherScript = scripts.some(([, languages]) => languages.includes(expected));
  if (isOfOtherScript && count(text, /\p{Script=Latin}/gu) * 2 <= letters) return undefined;
  const expectedWords = frequentWords.get(expected);
  if (expectedWords === undefined && !isOfOtherScript) return undefined;
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const hits = (known: ReadonlySet<string>) => words.filter((word) => known.has(word)).length;
  const found = [...frequentWords].map(([language, known]) => ({ language, hits: hits(known) }));
  const best = found.toSorted((a, b) => b.hits - a.hits)[0]!;
  const rival = expectedWords === undefined ? 0 : hits(expectedWords);
  const isClear = words.length >= fewestWords && best.hits * 10 > words.length && best.hits > 2 * rival;
  if (best.language !== expected && isClear) return nameOf(best.language);
  return isOfOtherScript ? "the Latin script" : undefined;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** English name of a language tag; the tag itself where it has none. */
function nameOf(tag: string): string {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
