import type { PrivacyRule } from "../finding.ts";
import { findPatterns, pattern } from "../patterns.ts";

const tail = "[^\\s<>\"'`{}|\\\\^،]{0,2000}";
const labels = "(?:[a-z0-9-]{1,63}\\.){1,4}";
const patterns = [
  pattern(`(?<![\\p{L}\\p{N}])(?:https?|ftps?|sftp|file)://${tail}`, "i"),
  pattern(`(?<![\\p{L}\\p{N}@.-])www\\.${tail}`, "i"),
  // Without a scheme: where a missing blank after a full stop would not look the same.
  pattern(`(?<![\\p{L}\\p{N}@._-])${labels}(?:com|org|net|edu|gov|info|health)(?:/${tail}|(?![\\p{L}\\p{N}-]))`, "i"),
  pattern(`(?<![\\p{L}\\p{N}@._-])${labels}[a-z]{2,24}/(?=[^\\s\\d])${tail}`, "i"),
];

export const urls: PrivacyRule = {
  category: "url",
  find: (text) =>
    findPatterns(text, patterns).map(({ start, end }) => {
      // The punctuation after an address is not of it.
      const length = text.slice(start, end).replace(/[.,;:!?)\]]{1,9}$/, "").length;
      return { start, end: start + length };
    }),
};
