import type { PrivacyRule } from "../finding.ts";
import { afterLabel, digitCount, findPatterns, pattern, wordStart } from "../patterns.ts";

const label =
  "(?:tele?phones?|telephone|tel|phone|ph|call(?:ed)?(?: (?:at|on|him|her))?|cell(?: ?phone)?|mobile|mob|gsm|fax(?:ed)?(?: to)?|pager|beeper|portable|joindre au|joignable au|whatsapp|(?:رقم )?(?:ال)?(?:هاتف|جوال|موبايل|تلفون|محمول|نقال|خلوي|فاكس|واتساب)(?: (?:رقم|الجوال|المحمول))?|للاتصال|ت)";
const before = "(?<![\\p{L}\\d./+-]|\\d[ ])";
const after = "(?!\\d|[-/][\\d\\p{L}]|[.,]\\d)";
const extension = "(?:,? ?(?:ext|x|poste)\\.? ?\\d{1,6})?";

const patterns = [
  // +33 6 98 76 54 32, +1 (555) 013-4471, 00966501234567
  pattern(`(?<![\\p{L}\\d+])(?:\\+ ?|00)[1-9]\\d{0,2}(?:[ .()/-]{0,3}\\d){6,13}${extension}${after}`, "i"),
  // (555) 013-4471, 555-013-4471, 555.013.4471, 1-800-555-0134
  pattern(`${before}(?:1[ .-])?(?:\\(\\d{3}\\) ?|\\d{3}[ .-])\\d{3}[ .-]\\d{4}${extension}${after}`, "i"),
  // 06 12 34 56 78, 06.12.34.56.78, 0612345678
  pattern(`${before}0[1-9](?:[ .-]?\\d{2}){4}${after}`),
  // 020 7946 0958, 01632 960 001, 0501234567, 01012345678
  pattern(`${before}(?:\\(0\\d{1,4}\\)|0\\d{1,4})[ -]?\\d{3,4}[ -]?\\d{3,4}${after}`),
  pattern(`${wordStart}${label}${afterLabel}(?<found>\\+?\\(?\\d(?:[ .()/-]{0,2}\\d){5,14}${extension})(?!\\d)`, "i"),
];

export const phones: PrivacyRule = {
  category: "phone",
  find: (text) => findPatterns(text, patterns, (found) => digitCount(found) >= 6),
};
