import { FileError } from "../errors.ts";
import type { ByteSource } from "./byteSource.ts";

/** An array of the metadata. Vocabularies are long, so the values of long arrays are checked but not kept. */
export interface GgufArray {
  readonly length: number;
  /** Present for arrays of at most 1,024 scalars. */
  readonly values?: readonly GgufScalar[];
}

/** Integers beyond 2^53 are bigint, all others number. */
export type GgufScalar = number | bigint | boolean | string;
export type GgufValue = GgufScalar | GgufArray;

/** The parser needs bytes that were not read yet. Not an error of the file by itself. */
export class OutOfWindow extends Error {
  constructor(readonly field: string) {
    super(`More of the header is needed for ${field}.`);
  }
}

const longestKeptArray = 1024;
const deepestNesting = 4;
const stringType = 8;
const arrayType = 9;

/** Bytes of a scalar by GGUF value type; strings and arrays count their length field. */
const valueBytes: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [stringType, 8],
  [arrayType, 12],
  [10, 8],
  [11, 8],
  [12, 8],
]);

/** Reads the little-endian primitives of GGUF from a window onto the start of a file. */
export class GgufCursor {
  private readonly view: DataView;
  private readonly strictText = new TextDecoder("utf-8", { fatal: true });
  private readonly text = new TextDecoder("utf-8");
  private offset = 0;

  constructor(
    private readonly window: Uint8Array,
    private readonly source: ByteSource,
  ) {
    this.view = new DataView(window.buffer, window.byteOffset, window.byteLength);
  }

  /** Bytes read so far. */
  get position(): number {
    return this.offset;
  }

  bytes(length: number, field: string): Uint8Array {
    const start = this.advance(length, field);
    return this.window.subarray(start, start + length);
  }

  uint32(field: string): number {
    return this.view.getUint32(this.advance(4, field), true);
  }

  /** A 64-bit length, extent or offset. Nothing of that kind can exceed the size of a file. */
  size(field: string): number {
    const value = this.view.getBigUint64(this.advance(8, field), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.malformed(field, `The size ${value} is impossible.`);
    return Number(value);
  }

  /** Number of entries that follow, each at least `smallestEntry` bytes long. */
  count(field: string, smallestEntry: number): number {
    const count = this.size(field);
    if (count * smallestEntry > this.source.size - this.offset) {
      throw this.malformed(field, `The file is too small for ${count} entries.`);
    }
    return count;
  }

  /** A metadata key or tensor name. */
  key(field: string): string {
    const bytes = this.stringBytes(field);
    try {
      return this.strictText.decode(bytes);
    } catch {
      throw this.malformed(field, "The name is not valid UTF-8.");
    }
  }

  /** A value type followed by a value of it. */
  typedValue(field: string): GgufValue {
    return this.value(this.uint32(field), field, 0);
  }

  private value(type: number, field: string, depth: number): GgufValue {
    if (type === stringType) return this.text.decode(this.stringBytes(field));
    if (type === arrayType) return this.array(field, depth);
    return this.scalar(type, field);
  }

  private scalar(type: number, field: string): GgufScalar {
    const length = valueBytes.get(type);
    if (length === undefined) throw this.malformed(field, `The value has the unknown type number ${type}.`);
    const at = this.advance(length, field);
    switch (type) {
      case 0:
        return this.view.getUint8(at);
      case 1:
        return this.view.getInt8(at);
      case 2:
        return this.view.getUint16(at, true);
      case 3:
        return this.view.getInt16(at, true);
      case 4:
        return this.view.getUint32(at, true);
      case 5:
        return this.view.getInt32(at, true);
      case 6:
        return this.view.getFloat32(at, true);
      case 7:
        return this.boolean(this.view.getUint8(at), field);
      case 10:
        return narrowed(this.view.getBigUint64(at, true));
      case 11:
        return narrowed(this.view.getBigInt64(at, true));
      default:
        return this.view.getFloat64(at, true);
    }
  }

  private boolean(byte: number, field: string): boolean {
    if (byte > 1) throw this.malformed(field, `A boolean must be 0 or 1, this one is ${byte}.`);
    return byte === 1;
  }

  private array(field: string, depth: number): GgufArray {
    if (depth === deepestNesting) throw this.malformed(field, "Arrays are nested too deeply.");
    const type = this.uint32(field);
    const elementBytes = valueBytes.get(type);
    if (elementBytes === undefined) throw this.malformed(field, `The array has the unknown element type ${type}.`);
    const length = this.count(field, elementBytes);
    if (type === stringType || type === arrayType) return this.variableArray(type, length, field, depth);
    if (length > longestKeptArray) {
      this.advance(length * elementBytes, field);
      return { length };
    }
    return { length, values: Array.from({ length }, () => this.scalar(type, field)) };
  }

  /** Elements of varying length have to be walked even where they are not kept. */
  private variableArray(type: number, length: number, field: string, depth: number): GgufArray {
    if (type === stringType && length <= longestKeptArray) {
      return { length, values: Array.from({ length }, () => this.text.decode(this.stringBytes(field))) };
    }
    for (let index = 0; index < length; index++) {
      if (type === stringType) this.stringBytes(field);
      else this.array(field, depth + 1);
    }
    return { length };
  }

  private stringBytes(field: string): Uint8Array {
    return this.bytes(this.count(field, 1), field);
  }

  private advance(length: number, field: string): number {
    const start = this.offset;
    if (length > this.window.length - start) throw new OutOfWindow(field);
    this.offset += length;
    return start;
  }

  private malformed(field: string, message: string): FileError {
    return new FileError(message, {
      place: { file: this.source.name, field },
      hint: "The file is damaged or not a usable GGUF file; download it again.",
    });
  }
}

function narrowed(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}
