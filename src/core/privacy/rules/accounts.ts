import type { PrivacyRule } from "../finding.ts";
import { digitCount, findPatterns, labelled, pattern } from "../patterns.ts";

const labels = [
  "accounts?|acct|a/c|policy|(?:health )?insurance(?: (?:id|policy|member))?|member(?:ship)?(?: id)?|subscriber(?: id)?|beneficiary(?: id)?|health plan(?: id)?|medicare|medicaid|MBI|group (?:number|no|#)|claim|invoice|card (?:number|no|ending)|routing",
  "serial|device (?:id|serial)|lot|UDI|pacemaker serial",
  "compte(?: bancaire)?|police|contrat|mutuelle|assuree?|adherente?|RIB|BIC|facture|carte bancaire|numero de serie|n° de serie",
  "(?:ال)?رقم (?:ال)?(?:حساب|تامين|وثيقه|بطاقه|عضويه|فاتوره|تسلسلي|مشترك)(?: (?:البنكي|المصرفي|الصحي|الطبي|التامين))?|(?:ال)?حساب(?: (?:البنكي|المصرفي))?(?: رقم)|بطاقه التامين|(?:وثيقه|بوليصه) التامين",
].join("|");
const general = [
  labelled(labels),
  pattern("(?<![\\p{L}\\d])[A-Z]{2}\\d{2}(?: ?[A-Z\\d]{4}){3,7}(?: ?[A-Z\\d]{1,3})?(?![\\p{L}\\d])"),
];
const cards = [pattern("(?<![\\p{L}\\d.-])\\d{4}([ -]?)\\d{4}\\1\\d{4}\\1\\d{1,4}(?![\\p{L}\\d])")];

/** Numbers of bank accounts (IBAN), cards, insurances, and devices. */
export const accounts: PrivacyRule = {
  category: "account",
  *find(text) {
    yield* findPatterns(text, general, (found) => digitCount(found) >= 4);
    yield* findPatterns(text, cards, (found) => hasCheckDigit(found.replace(/\D/g, "")));
  },
};

/** The check digit of card numbers (ISO/IEC 7812-1, Luhn). */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    sum += index % 2 === 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
  }
  return sum % 10 === 0;
}
