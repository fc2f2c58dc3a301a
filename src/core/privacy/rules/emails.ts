import type { PrivacyRule } from "../finding.ts";
import { findPatterns, pattern } from "../patterns.ts";

const at = "(?:@| ?[\\[(](?:at|arobase)[\\])] ?)";
const dot = "(?:\\.| ?[\\[(](?:dot|point)[\\])] ?)";
const patterns = [
  pattern(
    `(?<![\\p{L}\\p{N}._%+-])[\\p{L}\\p{N}_][\\p{L}\\p{N}._%+'-]{0,63}${at}[\\p{L}\\p{N}-]{1,63}(?:${dot}[\\p{L}\\p{N}-]{1,63}){1,5}`,
    "i",
  ),
];

export const emails: PrivacyRule = {
  category: "email",
  find: (text) => findPatterns(text, patterns),
};
