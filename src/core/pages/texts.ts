/** Translations by the English text; a text that is not among them stays English. */
export type Texts = Readonly<Record<string, string>>;

let texts: Texts = {};

/** Sets what texts are shown in. Only pages do so: whatever else uses core writes English. */
export function setTexts(translations: Texts): void {
  texts = translations;
}

/**
 * A text that a reader sees, in the reader's language where there is a translation. `npm run l10n` collects the texts
 * from the calls of this function, so the first argument is a literal.
 * @param text English, with `{0}`, `{1}`, … where the values come
 */
export function t(text: string, ...values: readonly (string | number)[]): string {
  const wording = Object.hasOwn(texts, text) ? texts[text]! : text;
  return wording.replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

/** What is made here is English in every language: what goes into files, where others read and compare it. */
export function inEnglish<Made>(make: () => Made): Made {
  const shown = texts;
  texts = {};
  try {
    return make();
  } finally {
    texts = shown;
  }
}
