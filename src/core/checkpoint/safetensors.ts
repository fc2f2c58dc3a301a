import { FileError } from "../errors.ts";
import type { ByteSource } from "./byteSource.ts";
import { byteLengthOf, isDtype, type Dtype } from "./dtype.ts";
import { findDuplicateKey } from "./jsonKeys.ts";
import { parseJson } from "../json.ts";

/** Type and shape of a tensor, wherever it is stored. */
export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** Where one tensor lies in a file. */
export interface TensorEntry extends StoredTensor {
  readonly name: string;
  /** Product of `shape`; 1 for a scalar. */
  readonly elements: number;
  /** Position of the first byte in the file (not in the data section). */
  readonly offset: number;
  readonly byteLength: number;
}

export interface SafetensorsHeader {
  /** In the order of their bytes in the file. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Position where the data section starts. */
  readonly dataOffset: number;
}

/** The format's own limit, in bytes; longer headers are refused by every reader. */
export const maxHeaderBytes = 100_000_000;
const maxDimensions = 64;
const lengthFieldBytes = 8;

/**
 * Reads and checks the header of a safetensors file (8 bytes little-endian length, JSON, data). Nothing is allocated
 * that the size of the file does not justify; every tensor lies inside the file, none overlaps another, and
 * together they fill the data section, as the format asks.
 * @throws FileError that names the file and, where one is at fault, the tensor
 */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsHeader> {
  if (source.size < lengthFieldBytes + 2) throw damaged(source, `it has only ${source.size} bytes`);
  const lengthField = await source.read(0, lengthFieldBytes);
  const view = new DataView(lengthField.buffer, lengthField.byteOffset, lengthFieldBytes);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > BigInt(maxHeaderBytes)) {
    throw damaged(source, `the header is said to have ${headerLength} bytes; the format allows ${maxHeaderBytes}`);
  }
  const dataOffset = lengthFieldBytes + Number(headerLength);
  if (dataOffset > source.size) {
    throw damaged(source, `the header is said to have ${headerLength} bytes, the file has ${source.size}`);
  }
  const entries = parseHeaderJson(source, await source.read(lengthFieldBytes, Number(headerLength)));
  const metadata = parseMetadata(source, entries.get("__metadata__"));
  entries.delete("__metadata__");
  const tensors = [...entries].map(([name, value]) => parseEntry(source, name, value, dataOffset));
  checkLayout(source, tensors, dataOffset);
  return { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata, dataOffset };
}

function parseHeaderJson(source: ByteSource, bytes: Uint8Array): Map<string, unknown> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = parseJson(text);
  } catch (cause) {
    throw damaged(source, "its header is not valid UTF-8 JSON", undefined, cause);
  }
  if (!isRecord(value)) throw damaged(source, "its header is not a JSON object");
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) throw damaged(source, `the name "${duplicate}" occurs twice in its header`, duplicate);
  return new Map(Object.entries(value));
}

function parseMetadata(source: ByteSource, value: unknown): Map<string, string> {
  if (value === undefined) return new Map();
  if (!isRecord(value)) throw damaged(source, "`__metadata__` is not an object of texts", "__metadata__");
  const texts = new Map<string, string>();
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") throw damaged(source, "`__metadata__` is not an object of texts", "__metadata__");
    texts.set(key, text);
  }
  return texts;
}

function parseEntry(source: ByteSource, name: string, value: unknown, dataOffset: number): TensorEntry {
  const fail = (what: string) => damaged(source, `tensor "${name}": ${what}`, name);
  if (!isRecord(value)) throw fail("its entry is not an object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) throw fail(`unknown dtype ${JSON.stringify(dtype)}`);
  if (!Array.isArray(shape) || shape.length > maxDimensions || !shape.every(isSize)) {
    throw fail("`shape` is not a list of sizes");
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    throw fail("`data_offsets` is not a pair of positions");
  }
  const elements = shape.reduce<number>((product, size) => product * size, 1);
  const byteLength = Number.isSafeInteger(elements) ? byteLengthOf(dtype, elements) : undefined;
  if (byteLength === undefined || !Number.isSafeInteger(byteLength)) {
    throw fail(`the size of ${dtype} [${shape.join(", ")}] is not a usable number of bytes`);
  }
  const [start, end] = offsets as [number, number];
  if (end - start !== byteLength) {
    throw fail(`${dtype} [${shape.join(", ")}] needs ${byteLength} bytes, its data_offsets span ${end - start}`);
  }
  if (dataOffset + end > source.size) {
    throw fail(`its data end at byte ${dataOffset + end}, the file has ${source.size}: the file may be cut off`);
  }
  return { name, dtype, shape: shape as number[], elements, offset: dataOffset + start, byteLength };
}

/** Sorts `tensors` by position and refuses overlaps, gaps and bytes that belong to no tensor. */
function checkLayout(source: ByteSource, tensors: TensorEntry[], dataOffset: number): void {
  tensors.sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  let end = dataOffset;
  let previous = "the header";
  for (const { name, offset, byteLength } of tensors) {
    if (offset < end) throw damaged(source, `tensor "${name}" overlaps ${previous}`, name);
    if (offset > end) throw damaged(source, `${offset - end} bytes before tensor "${name}" belong to no tensor`, name);
    end = offset + byteLength;
    previous = `tensor "${name}"`;
  }
  if (end !== source.size) throw damaged(source, `${source.size - end} bytes at its end belong to no tensor`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A count of elements or a position in bytes: 0 up to what a double holds exactly. */
function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

function damaged(source: ByteSource, what: string, field?: string, cause?: unknown): FileError {
  return new FileError(`This is not a usable safetensors file: ${what}.`, {
    hint: "Download or export the file again and compare its checksum with the publisher's.",
    place: { file: source.name, ...(field === undefined ? {} : { field }) },
    cause,
  });
}
