import type { PrivacyRule } from "../finding.ts";
import { findPatterns, pattern, wordEnd, wordStart } from "../patterns.ts";

const number = "(?:9\\d|1[0-3]\\d)";
const tens =
  "(?:ninety|one hundred|a hundred|quatre[- ]vingt[- ](?:dix|onze|douze|treize|quatorze|quinze|seize)|nonante|cent|تسعين|تسعون)";
const unit =
  "(?:[- ](?:and |et )?(?:one|two|three|four|five|six|seven|eight|nine|un|deux|trois|quatre|cinq|sept|huit|neuf))?";
const years = "(?:years?|yrs?|y\\.? ?/? ?o\\.?|y|ans?|سنه|عاما?|سنوات)";
const patterns = [
  pattern(
    `(?<![\\p{L}\\d.,/-])${number}[ -]?${years}(?:[- ]old)?${wordEnd}(?![ -]?(?:history|pack|follow|survival|de recul))`,
    "i",
  ),
  pattern(
    `${wordStart}(?:aged?|agee?|age de|agee? de|(?:ال)?عمر(?:ه|ها)?)[ \\t:=]{1,3}(?:is |of |de |يبلغ |حوالي )?(?<found>${number})(?!\\d|[.,/%]\\d|%)`,
    "i",
  ),
  // A 94F was brought in
  pattern(`${wordStart}${number} ?(?:[MFHW]|male|female|homme|femme)${wordEnd}`),
  pattern(
    `${wordStart}(?:in (?:his|her|their) (?:late |early |mid-?)?(?:90s|nineties)|nonagenarian|centenarian|nonagenaire|centenaire)${wordEnd}`,
    "i",
  ),
  pattern(`${wordStart}${tens}${unit}[- ]${years}(?:[- ]old)?${wordEnd}`, "i"),
];

/** Ages from 90 years on, which so few persons reach that they identify. */
export const ages: PrivacyRule = {
  category: "age",
  find: (text) => findPatterns(text, patterns),
};
