import { access } from "node:fs/promises";
import { basename } from "node:path";
import { readGgufHeader, type GgufHeader } from "../../../core/checkpoint/gguf.ts";
import type { ByteSource } from "../../../core/checkpoint/byteSource.ts";
import { FileError } from "../../../core/errors.ts";
import { largest } from "../../../core/lists.ts";
import { describeParts, describeSplit, type ModelHeader, type Split } from "../../../core/models/modelHeader.ts";
import { partsOf } from "../../../core/models/modelParts.ts";
import { withFileSource } from "../../files/fileSource.ts";

/**
 * What a GGUF file says about its model, together with the other parts of a model that is split. Reads headers only and
 * starts no process.
 * @param path the only file, or the first part, by which llama.cpp loads a model in parts
 * @throws FileError when a file is absent, damaged, incomplete, or there is no whole model in the GGUF format
 */
export async function readModelHeader(path: string): Promise<ModelHeader> {
  const first = await readPart(path);
  if (first.split.count === 1) return describeParts([first.header], path);
  const parts = requireFirstPart(path, first);
  await requirePresent(path, parts);
  const headers: [GgufHeader, ...GgufHeader[]] = [first.header];
  for (const [index, part] of parts.entries()) {
    if (index === 0) continue;
    const { header, split } = await readPart(part);
    if (split.count !== parts.length || split.number !== index + 1) {
      throw new FileError(
        `The file is named as part ${index + 1} of ${parts.length} and says that it is part ${split.number} of ${split.count}.`,
        { place: { file: part, field: "split.no" }, hint: downloadHint },
      );
    }
    headers.push(header);
  }
  requireAllTensors(path, first.split, headers);
  return describeParts(headers, path);
}

const downloadHint = "Download all parts of the model again, into one folder, under the names that they have there.";

interface Part {
  readonly header: GgufHeader;
  readonly split: Split;
  /** Whether another GGUF file follows in the same file. */
  readonly isFollowed: boolean;
}

function readPart(path: string): Promise<Part> {
  return withFileSource(path, async (source) => {
    const header = await readGgufHeader(source);
    const split = describeSplit(header, path);
    return { header, split, isFollowed: split.count > 1 && (await isFollowed(source, header)) };
  });
}

/** Whether a second file begins where the tensors end: right there, or at the next multiple of the alignment. */
async function isFollowed(source: ByteSource, { tensors, dataOffset }: GgufHeader): Promise<boolean> {
  const end = largest([dataOffset, ...tensors.map(({ offset, byteLength }) => offset + byteLength)]);
  const rest = await source.read(end, Math.min(largestGap, source.size - end));
  return Buffer.from(rest).includes("GGUF");
}

/** More bytes than the data of a part is filled up with. */
const largestGap = 1 << 16;

/** @returns the paths of all parts */
function requireFirstPart(path: string, { header, split, isFollowed }: Part): readonly string[] {
  const { count, number, tensors } = split;
  const place = { file: path, field: "split.count" };
  if (isFollowed) {
    throw new FileError(`Parts of a model that is split into ${count} files were put together into one, as by cat.`, {
      place,
      hint: "llama.cpp would read the first part alone. Keep the parts as they were downloaded, and name the first one.",
    });
  }
  const parts = partsOf(path);
  if (parts?.length === count && parts[number - 1] === path) {
    if (number === 1) return parts;
    throw new FileError(`This is part ${number} of the ${count} of a model.`, {
      place,
      hint: `Name the first part, by which all are loaded: ${parts[0]!}`,
    });
  }
  if (tensors !== undefined && header.tensors.length === tensors) {
    throw new FileError(`The file holds the whole model, but says that it is one of ${count} parts.`, {
      place,
      hint: "llama.cpp would look for the others. Remove the entry: gguf-new-metadata --remove-metadata split.count IN OUT",
    });
  }
  throw new FileError(`This is part ${number} of the ${count} of a model, and is not named so.`, {
    place,
    hint: `The parts are found by their names: NAME-${digits(number)}-of-${digits(count)}.gguf. Give them back their names.`,
  });
}

function digits(value: number): string {
  return String(value).padStart(5, "0");
}

async function requirePresent(path: string, parts: readonly string[]): Promise<void> {
  const isThere = await Promise.all(
    parts.map((part) =>
      access(part).then(
        () => true,
        () => false,
      ),
    ),
  );
  const missing = parts.filter((_, index) => !isThere[index]);
  if (missing.length > 0) throw missingParts(path, missing, parts.length);
}

/** @param path the first part, whether it is there or not */
export function missingParts(path: string, missing: readonly string[], count: number): FileError {
  const names = missing.map((file) => basename(file));
  const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  const are = names.length === 1 ? "is" : "are";
  return new FileError(`${names.length} of its ${count} parts ${are} missing: ${shown.join(", ")}.`, {
    place: { file: path },
    hint: "Download what is missing into the same folder.",
  });
}

function requireAllTensors(path: string, { tensors }: Split, headers: readonly GgufHeader[]): void {
  const found = headers.reduce((sum, header) => sum + header.tensors.length, 0);
  if (tensors === undefined || found === tensors) return;
  throw new FileError(`The parts hold ${found} tensors, and the model has ${tensors}.`, {
    place: { file: path, field: "split.tensors.count" },
    hint: downloadHint,
  });
}
