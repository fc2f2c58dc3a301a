import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatModelReference, type ModelPath, type ModelReference } from "../../core/checkpoint/modelReference.ts";
import type { FactsLookup, FactsResult } from "../../core/checkpoint/modelFacts.ts";
import { FileError } from "../../core/errors.ts";
import { fileIdentity } from "../files/fileIdentity.ts";
import { findFolder, type ModelPlaces } from "./openModels.ts";

/** How long an answer is given without looking whether the files are still the same, in milliseconds. */
const freshFor = 3_000;

interface Entry {
  result: FactsResult;
  /** Names, sizes and times of the files that the result is from. */
  identity: string;
  checked: number;
  pending?: Promise<FactsResult>;
}

/**
 * What is known of models on disk, for help while typing: answers at once, reads in the background, and reads again
 * only what has changed by name, size or time.
 */
export class ModelFactsCache {
  private readonly entries = new Map<string, Entry>();

  /**
   * @param onChange called when an answer has changed and what is shown may be out of date
   * @param read may take seconds; what it throws is reported as the reason why the model cannot be used
   */
  constructor(
    private readonly onChange: () => void,
    private readonly read: (reference: ModelReference, places: ModelPlaces) => Promise<FactsResult>,
  ) {}

  /** Answers at once; `unknown` until the model has been looked at, which this starts. */
  lookUp(places: ModelPlaces): FactsLookup {
    return (reference) => {
      const entry = this.entries.get(keyOf(reference, places));
      if (entry === undefined || Date.now() - entry.checked > freshFor) void this.load(reference, places);
      return entry?.result ?? { state: "unknown" };
    };
  }

  /** Looks at a model, unless what is known is still true. Never throws: what goes wrong is the result. */
  load(reference: ModelReference, places: ModelPlaces): Promise<FactsResult> {
    const key = keyOf(reference, places);
    const entry = this.entries.get(key) ?? { result: { state: "unknown" }, identity: "", checked: 0 };
    this.entries.set(key, entry);
    if (entry.pending !== undefined) return entry.pending;
    if (entry.identity !== "" && Date.now() - entry.checked <= freshFor) return Promise.resolve(entry.result);
    entry.pending = this.refresh(entry, reference, places).finally(() => {
      delete entry.pending;
      entry.checked = Date.now();
    });
    return entry.pending;
  }

  private async refresh(entry: Entry, reference: ModelReference, places: ModelPlaces): Promise<FactsResult> {
    try {
      const identity = await identityOf(reference, places);
      if (identity === entry.identity) return entry.result;
      const result = await this.read(reference, places);
      const changed = identity !== entry.identity;
      entry.identity = identity;
      entry.result = result;
      if (changed) this.onChange();
      return result;
    } catch (error) {
      // Permissions, a disk that went away: nothing may be said of the model.
      entry.result = { state: "unusable", reason: error instanceof Error ? error.message : String(error) };
      return entry.result;
    }
  }
}

function keyOf(reference: ModelReference, { folder }: ModelPlaces): string {
  return `${folder}\u0000${formatModelReference(reference)}`;
}

/** Of every file that is read: name, size and times. A model that is absent has an identity too. */
async function identityOf({ model, lora }: ModelReference, places: ModelPlaces): Promise<string> {
  const parts = [model, lora].filter((part) => part !== undefined);
  return JSON.stringify(await Promise.all(parts.map((part) => folderIdentity(part, places))));
}

async function folderIdentity(part: ModelPath, places: ModelPlaces): Promise<unknown> {
  const folder = await findFolder(part, places).catch((error: unknown) => {
    if (error instanceof FileError) return undefined;
    throw error;
  });
  if (folder === undefined) return "absent";
  const names = (await readdir(folder)).filter((name) => /\.(?:json|safetensors)$/.test(name)).sort();
  const files = names.map(async (name) => {
    return [name, fileIdentity(await stat(join(folder, name), { bigint: true }))];
  });
  return [folder, await Promise.all(files)];
}
