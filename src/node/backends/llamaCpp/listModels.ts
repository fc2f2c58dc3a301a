import { stat } from "node:fs/promises";
import { MedleyError } from "../../../core/errors.ts";
import type { ModelFolder, ModelListing } from "../../../core/models/modelListing.ts";
import { groupParts, type ModelParts } from "../../../core/models/modelParts.ts";
import { fileIdentity } from "../../files/fileIdentity.ts";
import { findModels } from "./findModels.ts";
import { ggufOverview } from "./ggufOverview.ts";
import { missingParts, readModelHeader } from "./readModelHeader.ts";

/** So many headers are read at a time: disks answer several requests better than one. */
const readAtOnce = 4;

/**
 * Lists the models in a folder and the folders below it, the unusable ones with the reason. Reads headers only.
 * @param known earlier listings by path: a model whose files did not change is not read again
 * @throws FileError when the folder cannot be read
 */
export async function listModels(
  folder: string,
  known: ReadonlyMap<string, ModelListing> = new Map(),
): Promise<ModelFolder> {
  const { paths, problems } = await findModels(folder);
  const groups = groupParts(paths);
  const models: ModelListing[] = [];
  const next = groups.entries();
  const reader = async (): Promise<void> => {
    for (const [index, parts] of next) models[index] = await listModel(parts, known.get(parts.path));
  };
  await Promise.all(Array.from({ length: readAtOnce }, reader));
  return { folder, models, problems: [...problems] };
}

async function listModel(parts: ModelParts, known: ModelListing | undefined): Promise<ModelListing> {
  const files = [...parts.files];
  const statuses = await Promise.all(files.map((file) => stat(file, { bigint: true }).catch(() => undefined)));
  const identity = [parts.count, ...statuses.map((status) => status && `${status.dev}-${fileIdentity(status)}`)].join(
    " ",
  );
  if (known?.identity === identity) return known;
  const bytes = statuses.reduce((sum, status) => sum + Number(status?.size ?? 0n), 0);
  const listing = { path: parts.path, files, identity, bytes };
  try {
    const whole = await readModelHeader(parts.path);
    const { chatTemplate: _, ...header } = whole;
    return { ...listing, overview: ggufOverview(parts.path, whole), header };
  } catch (error) {
    const { path, missing, count } = parts;
    return { ...listing, problem: asProblem(missing.length > 0 ? missingParts(path, missing, count) : error) };
  }
}

/** @throws what is no error of the file */
function asProblem(error: unknown): NonNullable<ModelListing["problem"]> {
  if (!(error instanceof MedleyError)) throw error;
  const { code, message, hint, place } = error;
  const named = place?.field === undefined ? message : `${message} (${place.field})`;
  return { code, message: named, ...(hint !== undefined && { hint }) };
}
