import type { PrivacyRule } from "../finding.ts";
import { digitCount, findPatterns, labelled } from "../patterns.ts";

const labels = [
  "MRN|MR ?#|M\\.R\\.N\\.|UHID|URN|medical record|health record|hospital (?:number|no|id|#)|chart|patient(?:'s)? (?:id|identifier|number|no|#)|pt id",
  "record (?:number|no|#)|case (?:number|no|#)|file (?:number|no|#)|accession|visit (?:id|number|no|#)|encounter|admission (?:id|number|no)|specimen|order (?:number|no|#)|study (?:id|number|no)|requisition|lab (?:id|no)",
  "IPP|NIP|NDA|IEP|INS|dossier|(?:numero|n°|no) (?:de |du )?(?:dossier|patient|sejour|venue|examen|prelevement|admission)|identifiant(?: (?:du )?(?:permanent|patient|interne))?|matricule",
  "(?:ال)?رقم (?:ال)?(?:ملف|سجل|مريض|طبي|دخول|زياره|عينه|حاله)(?: (?:الطبي|المريض|الصحي))?|(?:ال)?ملف (?:ال)?(?:طبي )?رقم|(?:ال)?ملف|(?:ال)?سجل (?:ال)?طبي",
].join("|");
const patterns = [labelled(labels)];

/** Numbers of patients, stays, files and specimens in a hospital: MRN, IPP, رقم الملف. */
export const records: PrivacyRule = {
  category: "record",
  find: (text) => findPatterns(text, patterns, (found) => digitCount(found) >= 3),
};
