import type { PrivacyRule } from "../finding.ts";
import { afterLabel, findPatterns, pattern, wordStart } from "../patterns.ts";

const label = "(?:SSN|social security(?: (?:number|no|#))?|SS#)(?:[ \\t]{1,2}(?:ending|last (?:4|four))(?: in)?)?";
const patterns = [
  pattern("(?<![\\p{L}\\d-])(?:\\d{3}|[xX*]{3})[- ](?:\\d{2}|[xX*]{2})[- ]\\d{4}(?![\\p{L}\\d]|-\\d)"),
  pattern(`${wordStart}${label}${afterLabel}(?<found>\\d{3}[ .-]?\\d{2}[ .-]?\\d{4}|\\d{4})(?!\\d)`, "i"),
];

/** Social security numbers of the United States, also their last four digits where that is said. */
export const ssn: PrivacyRule = {
  category: "ssn",
  find: (text) => findPatterns(text, patterns),
};
