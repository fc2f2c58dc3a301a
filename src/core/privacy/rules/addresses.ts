import type { PrivacyRule } from "../finding.ts";
import { findPatterns, pattern, wordEnd, wordStart } from "../patterns.ts";

/** Without a hyphen, which parts two words: what can be read in one way only is read in linear time. */
const capital = "\\p{Lu}[\\p{L}'.]{0,24}";
const city = `${capital}(?:[ -](?:(?:de|du|des|la|le|les|sur|sous|en|of|upon|on)[ -]){0,2}${capital}){0,3}`;
const states =
  "(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])";
const zip = "\\d{5}(?:-\\d{4})?";
const street =
  "(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Way|Terrace|Ter|Parkway|Pkwy|Close|Crescent|Highway|Hwy|Circle|Cir|Trail|Row|Alley|Grove|Gardens|Hill|Mews)";
const flat = "(?:,? (?:Apt|Apartment|Unit|Suite|Ste|Flat|Room|Floor|#)\\.? ?#?[\\p{L}\\d-]{1,6})?";
const englishTail = `(?:, ${city})?(?:,? ${states})?(?:,? ${zip})?`;
const way =
  "(?:[Rr]ue|r\\.|[Aa]venue|av\\.?|ave|[Bb]oulevard|[Bb]d|blvd|[Pp]lace|pl\\.|[Cc]hemin|[Aa]llees?|[Ii]mpasse|[Qq]uai|[Rr]oute|rte|[Cc]ours|[Ss]quare|[Pp]assage|[Rr]esidence|[Ll]otissement|[Cc]ite|[Ff]aubourg|fbg|sentier|venelle|villa|hameau|lieu-dit|esplanade|promenade)";
const wayName =
  "(?: (?:de|du|des|la|le|les|et|aux?|saint|sainte)(?![\\p{L}'])| ?[ld]'\\p{L}{1,24}| (?:de [ld]')?\\p{Lu}[\\p{L}'.]{0,24}| \\d{1,4}(?!\\d)|-\\p{L}{1,24}){1,8}";
const frenchTail = `(?:[, ]{1,2}\\d{5})?(?:[, ]{1,2}${city})?`;
const livesIn = [
  "lives? (?:in|at)|living (?:in|at)|resid(?:es|ing|ent) (?:in|at|of)|from the (?:town|city|village) of|home address|address|moved to|relocated to|born in|hometown",
  "habite(?: a| au| en)?|habitant(?: a)?|demeurant(?: a| au)?|domiciliee?(?: a| au| en)?|reside(?: a| au)?|residant(?: a)?|vit(?: seule?)? (?:a|au|en)|originaire de|nee? a|adresse|demenage a",
].join("|");
const arabicWord = "[\\u0621-\\u064A]{2,14}";
const arabicLabel =
  "(?:ال)?عنوان(?:ه|ها)?|(?:و)?[يت]سكن(?:ون)?(?: في| ب)?|(?:و)?[يت]قيم(?: في| ب)?|مقيمه?(?: في| ب)|ساكنه?(?: في| ب)|من سكان|يقطن(?: في)?|من مواليد مدينه|مدينه";

const patterns = [
  // 48 Larkspur Lane, Apt 3B, Springfield, IL 62704; 221B Baker Street
  pattern(
    `${wordStart}\\d{1,5}[A-Za-z]?,? (?:[NSEW]{1,2}\\.? )?(?:(?:${capital}|\\d{1,3}(?:st|nd|rd|th)) ){1,4}${street}${wordEnd}\\.?${flat}${englishTail}`,
  ),
  pattern(
    `${wordStart}(?:P\\.? ?O\\.? ?Box|Post Office Box|Boite postale|BP(?= ?\\d{1,6}[, ]{1,2}\\d{5})|صندوق بريد|ص\\.ب\\.?) ?:? ?\\d{1,6}${wordEnd}`,
    "i",
  ),
  pattern(`${wordStart}${city},? ${states},? ${zip}${wordEnd}`),
  pattern(
    `${wordStart}(?:zip(?: code)?|postal code|postcode|code postal|الرمز البريدي)[ :]{1,3}(?<found>\\d{4,5}(?:-\\d{4})?|[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2})${wordEnd}`,
    "i",
  ),
  // SW1A 2AA
  pattern(`${wordStart}[A-Z]{1,2}\\d[A-Z\\d]? \\d[ABD-HJLNP-UW-Z]{2}${wordEnd}`),
  // 14 bis rue des Tilleuls, 34000 Montpellier
  pattern(`${wordStart}\\d{1,4}(?: ?(?:bis|ter|quater|[A-D]))?,? ${way}${wayName}${frenchTail}`),
  pattern(`${wordStart}(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Ii]mpasse|[Cc]hemin|[Aa]llee|[Qq]uai)${wayName}${frenchTail}`),
  // lives in Boston, habite à Lyon
  pattern(
    `${wordStart}(?:${livesIn}|${livesIn.replace(/(^|\|)\p{L}/gu, (first) => first.toUpperCase())})[ :]{1,3}(?<found>${city}(?:, ${capital})?(?: ?\\(?\\d{5}\\)?)?)`,
  ),
  pattern(
    `${wordStart}(?:[Aa]ddress|[Aa]dresse)[ \\t]?:[ \\t]{0,3}(?<found>[\\p{L}\\d][\\p{L}\\d ',.°-]{3,80}?)(?=[.;\\n]|$|  )`,
  ),
  // 34000 Montpellier, after a comma or "à"
  pattern(`(?:, ?|${wordStart}[aà] )(?<found>\\d{5} \\p{Lu}[\\p{L}'-]{2,24}(?:[ -]\\p{Lu}[\\p{L}'-]{1,24}){0,3})`),
  pattern(
    `${wordStart}(?:في |ب)?(?<found>(?:ال)?(?:شارع|زقاق|نهج|زنقه|درب|ميدان)(?: ${arabicWord}|,? (?:رقم )?\\d{1,5}){1,4})`,
  ),
  pattern(`${wordStart}(?<found>(?:حي ال|حاره |ضاحيه |قريه |محافظه )${arabicWord}(?: ال${arabicWord})?)`),
  pattern(`${wordStart}(?<found>(?:عماره|بنايه|شقه|فيلا|منزل|بيت) (?:رقم )?\\d{1,5})${wordEnd}`),
  pattern(
    `${wordStart}(?:${arabicLabel})[ :]{1,3}(?<found>(?:مدينه |حي |شارع |بلده |قريه |منطقه )?${arabicWord}(?:(?:, ?| )(?:ال${arabicWord}|شارع ${arabicWord}|حي ${arabicWord}|\\d{1,5})){0,4})`,
  ),
];
/** After "lives in", where no place follows. */
const noPlace = /^(?:مع|بيت|منزل|شقه|دار|المنزل|البيت|المستشفي)(?!\p{L})/u;

/** Streets, post codes, and towns where the text says that somebody lives there. */
export const addresses: PrivacyRule = {
  category: "address",
  find: (text) => findPatterns(text, patterns, (found) => !noPlace.test(found) || /\d/.test(found)),
};
