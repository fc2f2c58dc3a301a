import { diagnose, diagnoseDocuments } from "../config/diagnostics/diagnose.ts";
import type { Diagnostic } from "../config/diagnostics/diagnostic.ts";
import { readPyYaml } from "../../yaml/pyYaml.ts";
import type { LanguageContext } from "./languageContext.ts";
import { append } from "../../lists.ts";

/** A pause in typing after which a text is checked, in milliseconds; with the check itself it stays below 150. */
export const checkDelay = 100;

/** Everything wrong, suspicious or worth knowing in a merge configuration, with its exact place. Never throws. */
export function diagnoseMerge(text: string, context: LanguageContext): Diagnostic[] {
  return diagnose(text, context);
}

/**
 * As `diagnoseMerge`, in steps of a document each with a pause between them.
 * @param pause lets other work be done; false stops the check
 * @returns undefined when it was stopped
 */
export async function diagnoseMergeInSteps(
  text: string,
  context: LanguageContext,
  pause: () => Promise<boolean>,
): Promise<Diagnostic[] | undefined> {
  const stream = readPyYaml(text);
  const found: Diagnostic[] = [];
  if (!(await pause())) return undefined;
  for (const diagnostics of diagnoseDocuments(stream, context)) {
    append(found, diagnostics);
    if (!(await pause())) return undefined;
  }
  return found;
}
