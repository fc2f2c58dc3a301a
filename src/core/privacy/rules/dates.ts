import type { PrivacyRule } from "../finding.ts";
import { findPatterns, pattern, wordStart } from "../patterns.ts";

const months = [
  "Jan(?:uary|vier)?|Feb(?:ruary)?|Fevr?(?:ier)?|Mar(?:ch|s)?|Apr(?:il)?|Avr(?:il)?|May|Mai|June?|Juin|July?|Juill?(?:et)?",
  "Aug(?:ust)?|Aout|Sept?(?:ember|embre)?|Oct(?:ober|obre)?|Nov(?:ember|embre)?|Dec(?:ember|embre)?",
  // The Arabic months of Egypt and the Gulf, of the Levant, of the Maghreb, and those of the Hijri calendar.
  "يناير|فبراير|مارس|ابريل|مايو|يونيو|يونيه|يوليو|يوليه|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر",
  "كانون (?:الثاني|الاول)|شباط|اذار|نيسان|ايار|حزيران|تموز|اب|ايلول|تشرين (?:الاول|الثاني)",
  "جانفي|فيفري|افريل|ماي|جوان|جويليه|اوت|شتنبر|نونبر|دجنبر|غشت|يوليوز|ماي",
  "محرم|صفر|ربيع (?:الاول|الثاني|الاخر)|جمادي (?:الاولي|الاخره|الثانيه|الاخر)|رجب|شعبان|رمضان|شوال|ذو القعده|ذي القعده|ذو الحجه|ذي الحجه",
].join("|");
const month = `(?:${months})(?![\\p{L}])\\.?`;
const weekday =
  "(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)";
const dayNumber = "(?:0?[1-9]|[12]\\d|3[01])";
const monthNumber = "(?:0?[1-9]|1[0-2])";
const day = `${dayNumber}(?:st|nd|rd|th|er|e)?`;
const year = "(?:1[3-9]|20)\\d{2}";
const shortYear = `(?:${year}|'?\\d{2})`;
const range = `(?:${day} ?(?:-|/|to|and|through|au|et|الي|و) ?)?`;
/** Before a day and month in digits, which alone might as well be a score. */
const cue =
  "(?:on|since|until|till|dated?|from|as of|of birth|seen|admitted|discharged|due|born|DOB|le|du|au|depuis|nee? le|date|jusqu'au|des le|يوم|بتاريخ|تاريخ|في|منذ)";
const birth =
  "(?:born(?: in)?|DOB|year of birth|birth year|nee?(?: en)?|annee de naissance|مواليد(?: عام| سنه)?|سنه الميلاد|ولد(?:ت)? (?:عام|سنه|في))";
const blank = "[ \\t]{1,3}";

const patterns = [
  // 2021-03-14, 2021/3/14, ١٤٤٤/٩/١٥
  pattern(`(?<![\\d./-])${year}([-/.])${monthNumber}\\1${dayNumber}(?!\\d|[-/.]\\d)`),
  // 14/03/2021, 3/14/21, 14.03.2021, 14 / 03 / 2021
  pattern(
    `(?<![\\d./-])(?:${dayNumber}( ?[-/.] ?)${monthNumber}|${monthNumber}( ?[-/.] ?)${dayNumber})(?:\\1|\\2)${year}(?!\\d|[-/.]\\d)`,
  ),
  pattern(`(?<![\\d./-])(?:${dayNumber}/${monthNumber}|${monthNumber}/${dayNumber})/\\d{2}(?!\\d|[-/.]\\d)`),
  pattern(`(?<![\\d./-])(?:\\d{2}([-.])(?:0[1-9]|1[0-2])\\1|(?:0[1-9]|1[0-2])([-.])\\d{2}\\2)\\d{2}(?!\\d|[-/.]\\d)`),
  // 03/2021
  pattern(`(?<![\\d./-])${monthNumber}[/.](?:19|20)\\d{2}(?!\\d|[-/.]\\d)`),
  // on 04/17, since 17/4
  pattern(
    `${wordStart}${cue}[ \\t:]{1,3}(?<found>(?:\\d{2}/\\d{1,2}|\\d{1,2}/\\d{2}|\\d{2}[-.]\\d{2}))(?![\\d/%]|[-.,]\\d| ?(?:mg|ml|mm|g|%))`,
    "i",
  ),
  // DOB 19580417, DOB 17041958
  pattern(
    `${wordStart}(?:DOB|date|born|nee? le|le|on|الميلاد)[ \\t:]{1,3}(?<found>(?:19|20)\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])|(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\\d{2})(?!\\d)`,
    "i",
  ),
  // 14 March 2021, 1er juillet, the 5th of March, 3 au 5 août, 14-Mar-21, ١٢ مارس ٢٠٢٢
  pattern(
    `(?<![\\p{L}\\d./-])(?:${weekday},?${blank})?${range}${day}(?:${blank}|-|/|\\.${blank})(?:(?:of|de|من|شهر)${blank})?${month}(?:(?:,|-|/|${blank}|,${blank})(?:(?:of|de|سنه|عام)${blank})?${shortYear}(?![\\p{L}\\d/%]|[.,]\\d))?`,
    "i",
  ),
  // March 14th, 2021; Mar 14; March 14-16
  pattern(
    `(?<![\\p{L}\\d])(?:${weekday},?${blank})?${month}(?:${blank}|-)${day}(?:[ \\t]?(?:-|to|and|through)[ \\t]?${day})?(?:(?:,|-|,?${blank})(?:${year}|'\\d{2}))?(?![\\p{L}\\d/%]|[.,]\\d)`,
    "i",
  ),
  // March 2021, mars 2023, March '21
  pattern(`(?<![\\p{L}\\d])${month}(?:,?${blank}|-|/)(?:(?:of|de|عام|سنه)${blank})?(?:${year}|'\\d{2})(?!\\d)`, "i"),
  pattern(`${wordStart}${birth}[ \\t:]{1,3}(?<found>(?:19|20)\\d{2})(?!\\d|[-/.]\\d)`, "i"),
];

/** Short for months, and words or abbreviations in themselves: such a date begins with a capital. */
const ambiguous = /(?<!\p{L})(?:may|mar|mars|mai|jan|dec|sep|oct|nov|jun|jul|apr|aug|feb)(?!\p{L})/u;

/** More than a year: days, months and years of the Gregorian and the Hijri calendar, in digits and words. */
export const dates: PrivacyRule = {
  category: "date",
  find: (text) =>
    findPatterns(text, patterns, (found, { start }) => {
      if (/(?:PMID|PMC)[: ]{0,2}$/i.test(text.slice(Math.max(0, start - 8), start))) return false;
      // "may 5 patients"; in French, months are written small, after the day or before a year.
      return !ambiguous.test(found) || /^\d/.test(found) || /\d{4}$/.test(found);
    }),
};
