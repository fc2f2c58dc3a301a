import type { PrivacyRule } from "../finding.ts";
import { digitCount, findPatterns, labelled, pattern } from "../patterns.ts";

const labels = [
  "passports?|passeport|driver'?s? licen[cs]e|DL|permis de conduire|national (?:id|identity)(?: card)?|identity card|ID card|NHS|NINO|national insurance",
  "carte (?:nationale )?d'identite|CNI|CIN|carte de sejour|titre de sejour|licen[cs]e plate|vehicle plate|plaque|immatriculation|DEA|NPI|RPPS|ADELI|FINESS",
  "(?:ال)?رقم (?:القومي|الوطني|الهويه|المدني|الجواز|جواز السفر|الاقامه|بطاقه الهويه|الضمان الاجتماعي)|(?:ال)?رقم ال(?:قومي|وطني|مدني)|(?:رقم )?(?:ال)?(?:هويه|جواز السفر|اقامه|بطاقه التعريف)(?: الوطنيه)?",
].join("|");
const patterns = [
  labelled(labels, String.raw`[\p{L}]{0,3}[- ]?\d[\p{L}\d]{1,20}(?:[ .-][\p{L}\d]{1,12}){0,4}`),
  // The NHS writes its numbers so.
  pattern("(?<![\\p{L}\\d+.-]|\\d )\\d{3} \\d{3} \\d{4}(?![\\p{L}\\d]| \\d)"),
];

/** Numbers of cards, licences and registers of persons, where the text says what they are. */
export const ids: PrivacyRule = {
  category: "id",
  find: (text) => findPatterns(text, patterns, (found) => digitCount(found) >= 4),
};
