import { ConfigurationError, describeError, FileError } from "../../core/errors.ts";
import { mentionedModels, readMergeFile } from "../../core/merge/config/readMergeFile.ts";
import { formatModelReference, type ModelReference } from "../../core/checkpoint/modelReference.ts";
import type { FactsLookup, FactsResult } from "../../core/checkpoint/modelFacts.ts";
import { hubModelFolder } from "../checkpoint/hubCache.ts";
import { findFolder, openModel, type ModelPlaces } from "../checkpoint/openModels.ts";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";

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
    return mentionedModels(readMergeFile(text, file));
  } catch (error) {
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

/** Where a file is named in place of a folder, why it cannot be merged. */
async function reasonOfFile(path: string, { folder }: ModelPlaces): Promise<string | undefined> {
  const isFile = await stat(resolve(folder, path)).then(
    (status) => status.isFile(),
    () => false,
  );
  if (!isFile) return undefined;
  return path.endsWith(".gguf")
    ? `${path} is a GGUF file, whose weights are quantized for inference: name the folder of the checkpoint that it was made from.`
    : `${path} is a file: name the folder that holds config.json and the .safetensors files.`;
}

/** Every folder in which a model of this name would be found, in the order in which they are looked into. */
export function placesOf(path: string, { folder }: ModelPlaces): string[] {
  return [resolve(folder, path), ...(hubIdPattern.test(path) ? [hubModelFolder(path)] : [])];
}

const hubIdPattern = /^[\w-][\w.-]*\/[\w.-]+$/;

/** `ORG/NAME`, unless there is a folder ORG, in which a model was forgotten. */
async function isHubId(path: string, { folder }: ModelPlaces): Promise<boolean> {
  if (!hubIdPattern.test(path)) return false;
  return await stat(resolve(folder, path.split("/")[0]!)).then(
    () => false,
    () => true,
  );
}

/** Looks at one model. A model that is absent or cannot be used is a result, not an error. */
export async function lookUpModel(reference: ModelReference, places: ModelPlaces): Promise<FactsResult> {
  for (const part of [reference.model, reference.lora]) {
    if (part === undefined) continue;
    try {
      await findFolder(part, places);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const reason = await reasonOfFile(part.path, places);
      if (reason !== undefined) return { state: "unusable", reason };
      return { state: "missing", path: part.path, isHubId: await isHubId(part.path, places) };
    }
  }
  try {
    return { state: "known", facts: (await openModel(reference, places)).facts };
  } catch (error) {
    return { state: "unusable", reason: describeError(error) };
  }
}
