import type { PrivacyRule } from "../finding.ts";
import { findPatterns, pattern, wordEnd, wordStart } from "../patterns.ts";

const capital = "\\p{Lu}[\\p{L}'.]{0,24}";
const kinds =
  "(?:Hospitals?|Clinics?|Medical Cent(?:er|re)|Health Cent(?:er|re)|Cancer Cent(?:er|re)|Heart Cent(?:er|re)|Dialysis Cent(?:er|re)|Surgery Cent(?:er|re)|Health System|Healthcare|Health|Infirmary|Hospice|Nursing Home|Care Home|Rehabilitation(?: Cent(?:er|re))?|Rehab|University|College|Institute|Laborator(?:y|ies)|Labs?|Pharmacy|School|Surgery|Practice|Medical Group|Assisted Living|Manor|Foundation|Church|Prison)";
const english = [
  pattern(
    `${wordStart}(?<found>(?:${capital}[ -](?:(?:of|and|the|&) )?){1,5}${kinds}(?: (?:of|at|in) ${capital}(?: ${capital}){0,2})?)${wordEnd}`,
  ),
  pattern(
    `${wordStart}(?<found>(?:Hospital|University|Institute|Clinic|College) of (?:the )?${capital}(?: ${capital}){0,3})`,
  ),
];
const kindsFrench =
  "(?:[Hh]opital|[Hh]opitaux|HOPITAL|CHU|CHRU|CHR|CHI|CH|CHS|CHUV|HUG|CLCC|GHU?|EHPAD|SSR|USLD|[Cc]linique|[Pp]olyclinique|[Cc]entre (?:[Hh]ospitalier(?: (?:[Uu]niversitaire|[Rr]egional|[Ii]ntercommunal))?|[Mm]edical|de sante|de dialyse|de reeducation|de soins)|[Cc]entre|[Ii]nstitut|[Mm]aison de (?:retraite|sante|repos)|[Rr]esidence|[Ll]aboratoire|[Pp]harmacie|[Cc]abinet|[Uu]niversite|[Ll]ycee|[Cc]ollege|[Ee]cole|[Ff]ondation|[Hh]ospices|[Ff]oyer)";
const link = "(?:(?:de|du|des|la|le|les|en|sur|et)(?= )|(?:de )?[ld]')";
const french = [
  pattern(
    `${wordStart}${kindsFrench}(?: ${link}){0,3} ?(?<=[ '])\\p{Lu}[\\p{L}'.]{1,24}(?:[ -](?:(?:de|du|des|la|le|les|en|sur|et|aux)[ -]|[ld]'){0,2}\\p{Lu}[\\p{L}'.]{0,24}){0,4}`,
  ),
];
const arabicWord = "[\\u0621-\\u064A]{2,14}";
const arabic = [
  pattern(
    `(?<![\\u0621-\\u064A])[ولبف]?(?<found>(?:ال)?(?:مستشفي|مشفي|مستوصف|مصحه|عياده|عيادات|مركز|مجمع|صيدليه|مختبر|جامعه|معهد|دار|مدرسه)(?: (?!(?:في|من|علي|الي|عن|مع|بعد|قبل|منذ|عند|يوم|بتاريخ|بسبب|لاجراء|حيث|وهو|وهي|ثم)(?!\\p{L})|[يت]\\p{L}{3})${arabicWord}){1,3})(?!\\p{L})`,
  ),
];

/** Words that say what kind of house it is, not which. */
const generic = new Set(
  `The A An This That Our Their His Her At In To From Outpatient Inpatient Emergency Cardiology Oncology Neurology Pain Eye
   Dental Sleep Memory Primary Urgent Care Public Mental Community General Regional University Local Home Family Womens
   Women's Children Children's Childrens Hospital Hospitals Clinic Clinics Medical Center Centre Health Cancer Heart
   Dialysis Surgery System Healthcare Infirmary Hospice Nursing Rehabilitation Rehab College Institute Laboratory
   Laboratories Lab Labs Pharmacy School Practice Group Assisted Living Manor Foundation Church Prison Plastic Vascular
   General Orthopedic Bariatric Cardiac Thoracic Private Good Best High Middle Elementary Medicine Nursing Physical
   Psychiatric Veterans Military Diabetes Fertility Breast Skin Wound Travel Past Previous Prior Internal State Occupational Behavioral Global
   Hopital Clinique Centre Urgences Reanimation CH CHU Hospitalier Universitaire Regional Medical Pediatrie Cardiologie
   No Since After Before For Reproductive Bone`
    .trim()
    .split(/\s+/),
);
const genericArabic =
  /^(?:ال)?(?:مستشفي|مشفي|مستوصف|مصحه|عياده|عيادات|مركز|مجمع|صيدليه|مختبر|جامعه|معهد|دار|مدرسه)(?: (?:ال)?(?:عام|عامه|حكومي|خاص|خاصه|جامعي|قلب|عيون|اطفال|اسنان|اورام|طواري|نساء|ولاده|ولادات|جلديه|عظام|باطنيه|باطنه|جراحه|عصبيه|اعصاب|صدر|نفسيه|خارجيه|سكري|اسره|طبي|صحي|رعايه|عنايه|اوليه|مركزه|علاج|طبيعي|تاهيل|دم|رييسي|محلي|قريب|اقرب|نفسه|مرضي|مريض|التجميل|مسنين|ايتام|كلي|غسيل|ضبط|جهاز|عصبي|الثقل))+$/u;

/** Hospitals, practices, laboratories, homes and schools by name; "the eye clinic" is none. */
export const institutions: PrivacyRule = {
  category: "institution",
  *find(text) {
    yield* findPatterns(text, english, (found) =>
      (found.match(/[\p{L}']+/gu) ?? []).some((word) => /^\p{Lu}/u.test(word) && !generic.has(word.replace(/'s$/, ""))),
    );
    yield* findPatterns(text, french);
    yield* findPatterns(text, arabic, (found) => !genericArabic.test(found.trim()));
  },
};
