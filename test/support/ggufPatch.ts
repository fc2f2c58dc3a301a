import { concat, u64 } from "./ggufWriter.ts";

const countsEnd = 24;
const alignment = 32;

/** A GGUF file (version 3, default alignment) with one metadata entry more. */
export function withMetadata(file: Uint8Array, key: string, value: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const count = view.getBigUint64(16, true);
  const keyBytes = new TextEncoder().encode(key);
  // A whole number of alignments more, so that the data moves but stays aligned.
  const entry = concat([u64(keyBytes.length), keyBytes, value]);
  const filler = fillerEntry((alignment - (entry.length % alignment)) % alignment);
  const added = filler === undefined ? 1n : 2n;
  return Buffer.concat([
    file.subarray(0, 16),
    u64(count + added),
    entry,
    filler ?? new Uint8Array(),
    file.subarray(countsEnd),
  ]);
}

/** The same file without a metadata entry: its key gets another name of the same length. */
export function withoutMetadata(file: Uint8Array, key: string): Buffer {
  const copy = Buffer.from(file);
  const name = Buffer.concat([u64(key.length), Buffer.from(key)]);
  copy.write("x", copy.indexOf(name) + 8);
  return copy;
}

/** A string entry of a given size modulo the alignment. */
function fillerEntry(size: number): Uint8Array | undefined {
  if (size === 0) return undefined;
  const key = new TextEncoder().encode("x.filler");
  const overhead = 8 + key.length + 4 + 8;
  const length = (((size - overhead) % alignment) + alignment) % alignment;
  const type = Uint8Array.of(8, 0, 0, 0);
  return concat([u64(key.length), key, type, u64(length), new Uint8Array(length).fill(32)]);
}
