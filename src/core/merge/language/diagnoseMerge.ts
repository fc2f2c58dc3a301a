import { diagnose } from "../config/diagnostics/diagnose.ts";
import type { Diagnostic } from "../config/diagnostics/diagnostic.ts";
import type { LanguageContext } from "./languageContext.ts";

/** A pause in typing after which a text is checked, in milliseconds; with the check itself it stays below 150. */
export const checkDelay = 100;

/** Everything wrong, suspicious or worth knowing in a merge configuration, with its exact place. Never throws. */
export function diagnoseMerge(text: string, context: LanguageContext): Diagnostic[] {
  return diagnose(text, context);
}
