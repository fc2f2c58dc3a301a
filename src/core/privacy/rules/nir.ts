import type { PrivacyRule } from "../finding.ts";
import { afterLabel, findPatterns, pattern, wordStart } from "../patterns.ts";

const separator = "[ .-]?";
const number = `[1-478]${separator}\\d{2}${separator}(?:0[1-9]|1[0-2]|[2-9]\\d)${separator}(?:\\d{2}|2[AB])${separator}\\d{3}${separator}\\d{3}(?:[ ./-]{0,3}\\d{2})?`;
const label = "(?:NIR|NSS|(?:numero|n°|no)(?: de)? secu(?:rite sociale)?|securite sociale|secu|carte vitale)(?: n°)?";
const patterns = [
  pattern(`(?<![\\p{L}\\d.-])${number}(?![\\p{L}\\d])`, "i"),
  pattern(`${wordStart}${label}${afterLabel}(?<found>\\d(?:[ .-]?[\\dAB]){9,14})(?![\\p{L}\\d])`, "i"),
];

/** Numbers of the French register of persons (sex, year, month, department, commune, order, key). */
export const nir: PrivacyRule = {
  category: "nir",
  find: (text) => findPatterns(text, patterns),
};
