import type { TextRange } from "../../yaml/textRange.ts";
import type { PrivacyRule } from "../finding.ts";
import { findPatterns, pattern, wordStart } from "../patterns.ts";
import { arabicGivenNames, latinGivenNames } from "./givenNames.ts";

const blank = "[ \\t]{1,2}";
const particle =
  "(?:de la|de l'|de|del|della|du|des|d'|la|le|van der|van den|van|von|der|den|dos|da|di|al|el|bin|ibn|ben|bint|abu|ould|ter|ten|O'|l')";
/** A word that begins with a capital; parts are joined by a hyphen, or by an apostrophe. */
const word = "\\p{Lu}\\p{L}{1,20}(?:['-]\\p{L}{1,20}){0,2}";
const initial = "\\p{Lu}\\.?(?![\\p{L}\\p{N}'-])";
const joint = `(?:${blank}|-|(?<=')|\\.?(?<=\\.)${blank}?)`;
const part = `(?:(?:${particle}(?:${blank}|-|(?<=')))?${word}|${initial})`;
const name = `(?:${part}${joint}){0,4}(?:${particle}(?:${blank}|-|(?<=')))?${word}`;
const initials = `(?:\\p{Lu}\\.[ -]?){1,2}(?:${blank})?${word}`;

const titles =
  "(?:Mr|MR|Mrs|MRS|Ms|Miss|Mx|Messrs|Dr|DR|dr|Drs|Doctor|doctor|Prof|PROF|prof|Professor|professor|Nurse|nurse|Sister|Sir|Dame|Rev|Reverend|Pastor|Rabbi|Imam|Capt|Captain|Sgt|Lt|Hon|M|MM|Mme|MME|mme|Mmes|Mlle|MLLE|mlle|Monsieur|monsieur|Madame|madame|Mademoiselle|mademoiselle|Docteur|docteur|Docteure|Pr|PR|Professeur|professeur|Professeure|Maitre|Me|Sr|Sra|infirmiere?|sage-femme|kinesitherapeute|aide-soignante|interne|externe|chirurgien(?:ne)?|Sheikh|Hajj)";
/** After these and a colon, or with a word of their own, a name follows, one word being enough. */
const labels =
  "(?:(?:[Pp]atient(?:e|'s)?|PATIENT|[Ff]ull|[Ff]irst|[Ll]ast|[Mm]aiden|[Mm]iddle)[ _]?(?:[Nn]ame|NAME)|[Nn]ame|NAME|[Ss]urname|[Nn]om(?: (?:du|de la) patiente?| de naissance| usuel| de famille| et prenoms?)?|NOM|[Pp]renoms?|PRENOM|[Nn]ext of kin|NOK|(?:[Ee]mergency )?[Cc]ontact(?: person)?|[Pp]ersonne (?:de confiance|a prevenir|a contacter)|[Pp]atiente?|PATIENTE?|Pt|[Aa]ttending(?: [Pp]hysician)?|[Pp]rovider|[Pp]hysician|[Ss]urgeon|[Aa]nesthetist|PCP|GP|[Rr]eferring (?:physician|doctor|GP)|[Mm]edecin(?: traitant| referent| prescripteur)?|[Cc]hirurgien|[Rr]edacteur|[Ss]ignataire|[Ss]igned|[Aa]uthor|[Gg]uardian|[Ii]nsured|[Ss]poke with)";
const acts =
  "(?:[Ss]igned(?: electronically)? by|[Dd]ictated by|[Tt]ranscribed by|[Rr]eviewed by|[Ss]een by|[Rr]eferred by|[Aa]uthored by|[Aa]ccompanied by|[Ee]xamined by|[Cc]onsulted with|[Dd]iscussed with|[Ss]poke (?:with|to)|[Aa]ttn|[Cc]/o|[Dd]ear|[Ss]igne(?: par)?|[Vv]ue? par|[Aa]dresse?e? par|[Rr]edige par|[Vv]alide par|[Ee]xaminee? par|[Aa]ccompagnee? (?:de|par)|[Cc]her|[Cc]here|[Aa] l'attention de|named|called|nommee?|prenommee?|s'appelle|appelee?|known as|alias|goes by|nee|epouse|veuve|my name is|je m'appelle|I am|je suis)";
const kin =
  "(?:wife|husband|son|daughter|mother|father|brother|sister|spouse|partner|caregiver|carer|neighbou?r|friend|aunt|uncle|cousin|niece|nephew|grandson|granddaughter|grandmother|grandfather|roommate|fiancee?|girlfriend|boyfriend|epouse|epoux|mari|femme|fils|fille|mere|pere|frere|soeur|conjointe?|compagnon|compagne|voisine?|amie?|tante|oncle|niece|neveu|petite?-fil(?:s|le)|belle-(?:fille|soeur|mere)|beau-(?:fils|frere|pere))";
const credentials =
  "(?:MD|M\\.D\\.|DO|D\\.O\\.|RN|R\\.N\\.|NP|PA-C|PA|FNP|APRN|CRNA|LPN|LCSW|PhD|Ph\\.D\\.|PharmD|MBBS|MBChB|DDS|DPM|DNP|BSN|FRCP|FRCS|FACS|FACP)";

/** Words with a capital that follow a title or a label and are no name. */
const others = new Set(
  `The This That Patient Patiente Unknown None Name Nom Prenom Date Age Sex Male Female Homme Femme Practitioner Manager
   Specialist Station Call Note Notes Denies Reports States Type Stage Grade Il Elle He She His Her They Was Is
   Has Had With For And Of In On At To From Mr Mrs Ms Dr Pr Prof Mme Mlle Monsieur Madame Docteur Professeur Professor Nurse Aucun Aucune Inconnu Non Oui Yes No Not MD RN History Diagnosis Diagnostic
   Medications Allergies Admission Discharge Emergency Department Intensive Care Unit Surgery Medicine Internal
   Cardiology Neurology Oncology Radiology Psychiatry Hospital Hopital Clinic Clinique Service Urgences Reanimation
   Chirurgie Medecine Stable Alert Address Adresse Phone Tel Fax Email Contact Signed Information ID MRN DOB NIR IPP Sir
   Madam Confrere Confreres Consoeur Colleague Colleagues Doctor Docteur Team All Parkinson Alzheimer Crohn Hodgkin
   Down Graves Cushing Addison Huntington Wilson's Raynaud Sjogren`
    .trim()
    .split(/\s+/),
);

const titled = [
  pattern(`${wordStart}${titles}\\.?${blank}(?<found>${initials}|${name})`),
  pattern(`${wordStart}${kin},?${blank}(?:(?:named|called|nommee?|prenommee?|is|est)${blank})?\\(?(?<found>${name})`),
  pattern(`${wordStart}(?<found>${name}),?${blank}${credentials}(?![\\p{L}])`),
  pattern(`${wordStart}${labels}[ \\t]{0,3}[:=][ \\t]{0,3}(?<found>${word},${blank}${name}|${initials}|${name})`),
  pattern(`${wordStart}${acts}[ \\t]{0,3}:?[ \\t]{1,3}(?<found>${initials}|${name})`),
  // The patient, John Smith, was
  pattern(`${wordStart}[Pp]atiente?,?${blank}(?<found>${word}${blank}${name})`),
];

const arabicTitle =
  "(?:(?:ال)?سيده?|(?:ال)?انسه|(?:ال)?دكتوره?|(?:ال)?بروفيسوره?|(?:ال)?استاذه?|(?:ا\\.)?د\\.|د|(?:ال)?مدعوه?|(?:ال)?حاجه?|(?:ال)?شيخ|اسمه|اسمها|يدعي|تدعي|(?:ال)?ممرضه?|(?:ال)?طبيبه?|(?:ال)?اسم(?: (?:ال)?(?:مريضه?|كامل|طبيب))?|(?:و)?(?:زوجته|زوجها|ابنه|ابنته|ابنها|ابنتها|والده|والدته|والدها|والدتها|اخوه|اخته|اخيه)|(?:ال)?(?:مريضه?|طفله?)|توقيع)";
const arabicStart = new RegExp(`(?<![\\u0621-\\u064A])[ولبف]?${arabicTitle}[ \\t]{0,2}[:/.]?[ \\t]{1,2}`, "gu");
/** Titles after which any word may be a name; after the others, such as "the patient", only a name that is known. */
const strongTitle = /سيد|انسه|دكتور|بروفيسور|د\.|مدعو|اسم.*:|اسمه|اسمها|يدعي|تدعي|حاج|توقيع/u;
const arabicWord = /(?:عبد |ابو |ام |بن |ابن |بنت |ال )?[\u0621-\u064A]{2,14}(?![\u0621-\u064A])/uy;
/** What goes on after a name, or stands in its place. */
const notArabicName =
  /^(?:في|من|علي|الي|عن|مع|ان|انه|انها|قد|تم|كان|كانت|هو|هي|و|او|ثم|لا|لم|لن|بعد|قبل|منذ|عند|عمره|عمرها|الذي|التي|حاله|غير|هذا|هذه|ذلك|يوم|بتاريخ|رقم|هاتف|والذي|والتي|وهو|وهي|وعمره|وعمرها|المعالج|المعالجه|المختص|المختصه|المناوب|المناوبه|الطبيب|المريض|المريضه|الدكتور|الدكتوره|السيد|السيده|[يت][\u0621-\u064A]{3,}|[وفبل](?:في|من|علي|الي|[يت][\u0621-\u064A]{3,})|ادخل[ت]?|احيل[ت]?|راجع[ت]?|وصل[ت]?|حضر[ت]?|خضع[ت]?|شكا|شكت|اجري[ت]?|بال[\u0621-\u064A]+|لل[\u0621-\u064A]+|ذكر[ت]?)$/u;

/**
 * Names behind a title, a word of kinship, a label or an act ("seen by"), before a degree, and those that begin with a
 * common given name. A name with nothing beside it that says so is not found.
 */
export const names: PrivacyRule = {
  category: "name",
  *find(text) {
    for (const span of findPatterns(text, titled)) {
      const trimmed = withoutOthers(text, span);
      if (trimmed !== undefined) yield trimmed;
    }
    yield* givenNames(text);
    yield* arabicNames(text);
  },
};

/** The part of a match before the first word that is no name; undefined when there is none. */
function withoutOthers(text: string, { start, end }: TextRange): TextRange | undefined {
  let stop = start;
  for (const { 0: found, index } of text.slice(start, end).matchAll(/[\p{L}'-]+\.?/gu)) {
    if (others.has(found.replace(/\.$/, ""))) break;
    stop = start + index + found.length;
  }
  const found = text.slice(start, stop);
  return /\p{Lu}\p{L}/u.test(found) ? { start, end: stop } : undefined;
}

const fullName = pattern(`(?<![\\p{L}\\p{N}.'-])(?<found>${word}(?:${blank}|-)${name})`);

function* givenNames(text: string): Generator<TextRange> {
  for (const span of findPatterns(text, [fullName])) {
    const [first] = /^\p{L}+/u.exec(text.slice(span.start, span.end))!;
    if (!latinGivenNames.has(first[0]! + first.slice(1).toLowerCase())) continue;
    const trimmed = withoutOthers(text, span);
    if (trimmed !== undefined && /[ -]/.test(text.slice(trimmed.start, trimmed.end))) yield trimmed;
  }
}

function* arabicNames(text: string): Generator<TextRange> {
  for (const { 0: title, index } of text.matchAll(arabicStart)) {
    const start = index + title.length;
    let end = start;
    for (let count = 0; count < 4; count++) {
      arabicWord.lastIndex = count === 0 ? start : end + 1;
      if (count > 0 && text[end] !== " ") break;
      const found = arabicWord.exec(text)?.[0];
      if (found === undefined) break;
      const known = arabicGivenNames.has(found) || /[ ]/.test(found);
      if (!known && (notArabicName.test(found) || (count === 0 && !strongTitle.test(title)) || count > 2)) break;
      end = arabicWord.lastIndex;
    }
    if (end > start) yield { start, end };
  }
}
