import { FileError } from "../errors.ts";
import type { ByteSource } from "./byteSource.ts";
import { ggmlTypes } from "./ggmlTypes.ts";
import { GgufCursor, OutOfWindow, type GgufValue } from "./ggufCursor.ts";

export type { GgufArray, GgufScalar, GgufValue } from "./ggufCursor.ts";

export interface GgufTensor {
  readonly name: string;
  /** Name of the tensor type, for example `Q4_K`. */
  readonly type: string;
  /** Number of elements per dimension, fastest-varying first (the reverse of PyTorch's order). */
  readonly shape: readonly number[];
  readonly elements: number;
  /** Position of the first data byte, from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** Everything in a GGUF file but the tensor data. */
export interface GgufHeader {
  readonly version: 2 | 3;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
  /** Where tensor data begins, in bytes from the start of the file. */
  readonly dataOffset: number;
  readonly fileBytes: number;
}

const firstWindow = 1 << 20;
/** The largest headers in use (vocabularies of 256k tokens with merges) are a tenth of this. */
const largestHeader = 1 << 28;
const defaultAlignment = 32;
const largestAlignment = 1 << 20;
const mostDimensions = 4;
/** ggml stores names in 64 bytes, the terminating zero included. */
const longestTensorName = 63;
/** Bytes of the shortest metadata entry (empty key, one-byte value) and tensor entry (empty name, no dimensions). */
const shortestMetadataEntry = 8 + 4 + 1;
const shortestTensorEntry = 8 + 4 + 4 + 8;

/**
 * Reads and checks the header of a GGUF file, version 2 or 3: every count and length is compared with the size of the
 * file before anything is allocated for it, and every tensor must lie within the file without overlapping another.
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 * @throws FileError naming the file and the metadata key or tensor that is wrong
 */
export async function readGgufHeader(source: ByteSource): Promise<GgufHeader> {
  const limit = Math.min(source.size, largestHeader);
  for (let window = Math.min(firstWindow, limit); ; window = Math.min(window * 4, limit)) {
    const cursor = new GgufCursor(await source.read(0, window), source);
    try {
      return parseHeader(cursor, source);
    } catch (error) {
      if (!(error instanceof OutOfWindow)) throw error;
      if (window === source.size) throw truncated(source, error.field);
      if (window === limit) {
        throw new FileError(`The header is larger than ${largestHeader} bytes, so this is not a usable GGUF file.`, {
          place: { file: source.name, field: error.field },
        });
      }
    }
  }
}

function parseHeader(cursor: GgufCursor, source: ByteSource): GgufHeader {
  const { version, tensorCount, metadataCount } = parsePreamble(cursor, source);
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < metadataCount; index++) {
    const key = cursor.key(`metadata entry ${index + 1} of ${metadataCount}`);
    if (metadata.has(key)) throw malformed(source, key, "The metadata key occurs twice.");
    metadata.set(key, cursor.typedValue(key));
  }
  const alignment = alignmentOf(metadata, source);
  const infos: GgufTensor[] = [];
  for (let index = 0; index < tensorCount; index++) {
    infos.push(parseTensorInfo(cursor, source, `tensor ${index + 1} of ${tensorCount}`));
  }
  const dataOffset = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = infos.map((info) => ({ ...info, offset: info.offset + dataOffset }));
  checkLayout(tensors, alignment, dataOffset, source);
  return { version, metadata, tensors, dataOffset, fileBytes: source.size };
}

function parsePreamble(cursor: GgufCursor, source: ByteSource) {
  const magic = cursor.bytes(4, "magic number");
  if (new TextDecoder("latin1").decode(magic) !== "GGUF") {
    throw new FileError("This is not a GGUF file: it does not begin with the letters GGUF.", {
      place: { file: source.name },
      hint: "Medley runs models in the GGUF format. Download the GGUF variant of the model, or convert it.",
    });
  }
  const version = cursor.uint32("version");
  if (version !== 2 && version !== 3) {
    const bigEndian = version === 0x02000000 || version === 0x03000000;
    const what = bigEndian ? "a big-endian file" : `version ${version}`;
    throw malformed(source, "version", `Medley reads little-endian GGUF of version 2 and 3, this is ${what}.`);
  }
  const tensorCount = cursor.count("tensor count", shortestTensorEntry);
  const metadataCount = cursor.count("metadata count", shortestMetadataEntry);
  return { version, tensorCount, metadataCount } as const;
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>, source: ByteSource): number {
  const alignment = metadata.get("general.alignment") ?? defaultAlignment;
  const valid =
    typeof alignment === "number" &&
    alignment > 0 &&
    alignment <= largestAlignment &&
    (alignment & (alignment - 1)) === 0;
  if (!valid) throw malformed(source, "general.alignment", "The alignment must be a power of two.");
  return alignment;
}

/** One tensor entry; its offset is still relative to the start of tensor data. */
function parseTensorInfo(cursor: GgufCursor, source: ByteSource, position: string): GgufTensor {
  const name = cursor.key(position);
  const field = name === "" ? position : name;
  if (new TextEncoder().encode(name).length > longestTensorName) {
    throw malformed(source, field, `The tensor name is longer than ${longestTensorName} bytes.`);
  }
  const dimensions = cursor.uint32(field);
  if (dimensions < 1 || dimensions > mostDimensions) {
    throw malformed(source, field, `The tensor has ${dimensions} dimensions; 1 to ${mostDimensions} are possible.`);
  }
  const shape = Array.from({ length: dimensions }, () => cursor.size(field));
  const typeNumber = cursor.uint32(field);
  const type = ggmlTypes.get(typeNumber);
  if (type === undefined) throw malformed(source, field, `The tensor has the unknown type number ${typeNumber}.`);
  const offset = cursor.size(field);

  const elements = shape.reduce((product, extent) => product * extent, 1);
  if (!Number.isSafeInteger(elements) || elements === 0) {
    throw malformed(source, field, `The tensor has the impossible shape ${shape.join(" x ")}.`);
  }
  if (shape[0]! % type.blockElements !== 0) {
    throw malformed(source, field, `Rows of ${shape[0]} values cannot be stored as ${type.name}.`);
  }
  const byteLength = (elements / type.blockElements) * type.blockBytes;
  return { name, type: type.name, shape, elements, offset, byteLength };
}

function checkLayout(tensors: readonly GgufTensor[], alignment: number, dataOffset: number, source: ByteSource): void {
  const names = new Set<string>();
  let end = dataOffset;
  for (const tensor of tensors.toSorted((a, b) => a.offset - b.offset)) {
    if (names.has(tensor.name)) throw malformed(source, tensor.name, "The tensor occurs twice.");
    names.add(tensor.name);
    if (tensor.offset % alignment !== dataOffset % alignment) {
      throw malformed(source, tensor.name, `The tensor's offset is not a multiple of ${alignment}.`);
    }
    if (tensor.offset < end) throw malformed(source, tensor.name, "The tensor overlaps the one before it.");
    end = tensor.offset + tensor.byteLength;
    if (end > source.size) throw truncated(source, tensor.name, end);
  }
}

function malformed(source: ByteSource, field: string, message: string): FileError {
  return new FileError(message, {
    place: { file: source.name, field },
    hint: "The file is damaged or not a usable GGUF file; download it again.",
  });
}

function truncated(source: ByteSource, field: string, needed?: number): FileError {
  const detail = needed === undefined ? "in the middle of its header" : `but its tensors need at least ${needed}`;
  return new FileError(`The file is incomplete: it ends after ${source.size} bytes, ${detail}.`, {
    place: { file: source.name, field },
    hint: "Download the file again.",
  });
}
