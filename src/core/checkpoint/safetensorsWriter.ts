import { byteLengthOf, dtypeRank, type Dtype } from "./dtype.ts";
import type { TensorEntry } from "./safetensors.ts";

/** A tensor before it has a place in a file. */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** A file that is laid out before its first tensor is computed, so that tensors can be written in any order. */
export interface SafetensorsLayout {
  /** Length field, JSON and padding: the bytes before the data section. */
  readonly header: Uint8Array;
  /** Places in the file, in file order. */
  readonly tensors: readonly TensorEntry[];
  /** Length of the whole file in bytes. */
  readonly fileBytes: number;
}

const alignment = 8;

/**
 * Lays out a safetensors file byte for byte as the reference library does: types of higher rank first, names in
 * ascending order within a type, no spaces in the JSON, the header padded with spaces to a multiple of 8.
 */
export function layOutSafetensors(specs: readonly TensorSpec[]): SafetensorsLayout {
  const sorted = specs.toSorted((a, b) => dtypeRank(b.dtype) - dtypeRank(a.dtype) || compareUtf8(a.name, b.name));
  let position = 0;
  const placed = sorted.map(({ name, dtype, shape }) => {
    const byteLength = tensorBytes({ dtype, shape });
    const start = position;
    position += byteLength;
    return { name, dtype, shape, start, byteLength };
  });
  const json =
    `{"__metadata__":{"format":"pt"}` +
    placed
      .map(
        ({ name, dtype, shape, start, byteLength }) =>
          `,${JSON.stringify(name)}:` + JSON.stringify({ dtype, shape, data_offsets: [start, start + byteLength] }),
      )
      .join("") +
    "}";
  const header = encodeHeader(json);
  const tensors = placed.map(({ name, dtype, shape, start, byteLength }) => ({
    name,
    dtype,
    shape,
    elements: elementsOf(shape),
    offset: header.length + start,
    byteLength,
  }));
  return { header, tensors, fileBytes: header.length + position };
}

function encodeHeader(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const padded = Math.ceil(text.length / alignment) * alignment;
  const header = new Uint8Array(8 + padded).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(text, 8);
  return header;
}

/** Order of UTF-8 bytes, which is the order of code points (JavaScript compares UTF-16 units). */
export function compareUtf8(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes of a tensor of a type with whole bytes. */
export function tensorBytes({ dtype, shape }: Pick<TensorSpec, "dtype" | "shape">): number {
  return byteLengthOf(dtype, elementsOf(shape))!;
}

/**
 * Splits tensors, in the order given, over shards as the reference does: a shard ends before the tensor that would
 * carry it over `maxBytes`, so that only a shard of a single tensor can be larger.
 */
export function splitIntoShards(specs: readonly TensorSpec[], maxBytes: number): TensorSpec[][] {
  const shards: TensorSpec[][] = [];
  let bytes = 0;
  for (const spec of specs) {
    const size = tensorBytes(spec);
    if (shards.length === 0 || bytes + size > maxBytes) {
      shards.push([]);
      bytes = 0;
    }
    shards.at(-1)!.push(spec);
    bytes += size;
  }
  return shards;
}

/** Final name of shard `index` (from 0) of `count`. */
export function shardFileName(index: number, count: number): string {
  if (count === 1) return "model.safetensors";
  const five = (value: number) => String(value).padStart(5, "0");
  return `model-${five(index + 1)}-of-${five(count)}.safetensors`;
}
