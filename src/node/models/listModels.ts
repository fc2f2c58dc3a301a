import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { readGgufHeader, type GgufHeader } from "../../core/checkpoint/gguf.ts";
import { FileError, MedleyError } from "../../core/errors.ts";
import { describeHeader, describeParts, joinHint, type ModelHeader } from "../../core/models/modelHeader.ts";
import type { ModelFolder, ModelListing } from "../../core/models/modelListing.ts";
import { groupParts, type ModelParts } from "../../core/models/modelParts.ts";
import { fileIdentity } from "../files/fileIdentity.ts";
import { withFileSource } from "../files/fileSource.ts";
import { findModels } from "./findModels.ts";

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

/** The same, where the folder itself may be unreadable: that is then its problem. */
export async function listModelsOrProblem(
  folder: string,
  known: ReadonlyMap<string, ModelListing>,
): Promise<ModelFolder> {
  try {
    return await listModels(folder, known);
  } catch (error) {
    return { folder, models: [], problems: [asProblem(error).message] };
  }
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
    if (parts.count > 1) return { ...listing, ...(await describeSplit(parts)) };
    return { ...listing, header: await readHeader(files[0]!) };
  } catch (error) {
    return { ...listing, problem: asProblem(error) };
  }
}

function readHeader(file: string): Promise<ModelHeader> {
  return withFileSource(file, async (source) => describeHeader(await readGgufHeader(source), file));
}

/** What is known of a model in parts, and why it is not evaluated as it is. */
async function describeSplit({
  path,
  files,
  missing,
  count,
}: ModelParts): Promise<Pick<ModelListing, "header" | "problem">> {
  if (missing.length > 0) {
    const names = missing.map((file) => basename(file));
    const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
    throw new FileError(`${missing.length} of its ${count} parts are missing: ${shown.join(", ")}.`, {
      place: { file: path },
      hint: "Download them into the same folder.",
    });
  }
  const headers: GgufHeader[] = [];
  for (const file of files) headers.push(await withFileSource(file, readGgufHeader));
  const header = describeParts(headers as [GgufHeader, ...GgufHeader[]], path);
  const problem = { code: "model.split", message: `The model is split into ${count} files.`, hint: joinHint };
  return { header, problem };
}

/** @throws what is no error of the file */
function asProblem(error: unknown): NonNullable<ModelListing["problem"]> {
  if (!(error instanceof MedleyError)) throw error;
  const { code, message, hint, place } = error;
  const named = place?.field === undefined ? message : `${message} (${place.field})`;
  return { code, message: named, ...(hint !== undefined && { hint }) };
}
