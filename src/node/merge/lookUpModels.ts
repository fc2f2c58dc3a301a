import { ConfigurationError, describeError, FileError } from "../../core/errors.ts";
import { readConfiguration } from "../../core/merge/config/readConfiguration.ts";
import { formatModelReference, type ModelReference } from "../../core/merge/config/modelReference.ts";
import type { FactsLookup, FactsResult } from "../../core/merge/modelFacts.ts";
import { findFolder, openModel, type ModelPlaces } from "./openModels.ts";

/**
 * Looks at every model that a configuration names, for its diagnostics. Where the text cannot be read as a configuration
 * nothing is known of its models.
 */
export async function lookUpModels(text: string, file: string, places: ModelPlaces): Promise<FactsLookup> {
  const results = new Map<string, FactsResult>();
  for (const reference of referencesOf(text, file)) {
    const key = formatModelReference(reference);
    if (!results.has(key)) results.set(key, await lookUpModel(reference, places));
  }
  return (reference) => results.get(formatModelReference(reference)) ?? { state: "unknown" };
}

function referencesOf(text: string, file: string): ModelReference[] {
  try {
    return readConfiguration(text, file).flatMap(({ merge }) => {
      const source = merge.tokenizer?.source;
      return [...merge.models, ...(typeof source === "object" ? [source] : [])];
    });
  } catch (error) {
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

/** Looks at one model. A model that is absent or cannot be used is a result, not an error. */
export async function lookUpModel(reference: ModelReference, places: ModelPlaces): Promise<FactsResult> {
  try {
    await findFolder(reference.model, places);
    if (reference.lora !== undefined) await findFolder(reference.lora, places);
  } catch (error) {
    if (error instanceof FileError) return { state: "missing" };
    throw error;
  }
  try {
    return { state: "known", facts: (await openModel(reference, places)).facts };
  } catch (error) {
    return { state: "unusable", reason: describeError(error) };
  }
}
