import { append } from "../../lists.ts";
import type { ConfigurationLanguage, Definition } from "../../yaml/configurationLanguage.ts";
import type { Diagnostic } from "../config/diagnostics/diagnostic.ts";
import { diagnoseDocuments } from "../config/diagnostics/diagnose.ts";
import { completeMerge } from "./completeMerge.ts";
import { fixesFor } from "./fixes.ts";
import { hoverMerge } from "./hoverMerge.ts";
import { hasMergeConfigurationName, isMergeConfiguration } from "./isMergeConfiguration.ts";
import type { LanguageContext } from "./languageContext.ts";
import { definitionAt, isMergeName, mergeSymbols, nameOccurrences } from "./mergeNames.ts";

/** The language of merge configurations, as mergekit and with it PyYAML read them. */
export const mergeLanguage: ConfigurationLanguage<LanguageContext, Diagnostic> = {
  id: "merge",
  recognises({ path, editorLanguage, text }) {
    const hasName = hasMergeConfigurationName(path);
    if (editorLanguage !== "yaml" && !(editorLanguage === "plaintext" && hasName)) return false;
    return hasName || isMergeConfiguration(text);
  },
  complete: ({ text }, offset, context) => completeMerge(text, offset, context),
  hover: hoverMerge,
  async diagnose(source, context, pause) {
    const found: Diagnostic[] = [];
    if ((await pause?.()) === false) return undefined;
    for (const diagnostics of diagnoseDocuments(source.read("1.1"), context)) {
      append(found, diagnostics);
      if ((await pause?.()) === false) return undefined;
    }
    return found;
  },
  async fixes(source, diagnostic, context) {
    const isMissing = diagnostic.code === "merge.modelMissing";
    const models = isMissing ? ((await context.models?.()) ?? []) : [];
    const paths = models.filter(({ kind }) => kind === "checkpoint").map(({ path }) => path);
    return fixesFor(source, diagnostic, { ...context, paths });
  },
  symbols: mergeSymbols,
  async definition(source, offset, context): Promise<Definition | undefined> {
    const found = definitionAt(source, offset);
    if (found === undefined || found.kind === "merge") return found;
    const file = await context.configurationFile?.(found);
    return file === undefined ? undefined : { from: found.from, file };
  },
  names: { occurrences: nameOccurrences, isName: isMergeName },
};
