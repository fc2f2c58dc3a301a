import type { TextRange } from "../yaml/textRange.ts";

/** What kind of identifying text a rule finds, and the mark that stands for it in a redacted text. */
export const privacyCategories = {
  date: "[DATE]",
  phone: "[PHONE]",
  email: "[EMAIL]",
  url: "[URL]",
  ip: "[IP]",
  ssn: "[SSN]",
  nir: "[NIR]",
  id: "[ID]",
  record: "[RECORD]",
  account: "[ACCOUNT]",
  address: "[ADDRESS]",
  age: "[AGE]",
  name: "[NAME]",
  institution: "[INSTITUTION]",
} as const;
export type PrivacyCategory = keyof typeof privacyCategories;

/** A part of a text that a rule found. */
export interface Finding extends TextRange {
  readonly category: PrivacyCategory;
  /** The part itself, as it stands in the text. */
  readonly text: string;
}

/**
 * Finds one category. The text is folded (see {@link foldText}): without accents and marks, with ASCII digits. The
 * time that it takes grows no faster than the text, whatever the text.
 */
export interface PrivacyRule {
  readonly category: PrivacyCategory;
  find(folded: string): Iterable<TextRange>;
}
