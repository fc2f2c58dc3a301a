import { readFile, writeFile } from "node:fs/promises";
import { readGgufHeader, type GgufTensor } from "../../src/core/checkpoint/gguf.ts";
import { withFileSource } from "../../src/node/files/fileSource.ts";
import { concat, u32, u64, value } from "./ggufWriter.ts";

const alignment = 32;

/**
 * The parts of a model of F32 tensors, as `llama-gguf-split` makes them: the first one has all metadata, and each some of
 * the tensors.
 * @param file a GGUF file, version 3
 */
export async function splitModel(file: string, count: number): Promise<Uint8Array[]> {
  const { metadata, tensors } = await withFileSource(file, readGgufHeader);
  const bytes = await readFile(file);
  const first = Buffer.concat([u64(tensors[0]!.name.length), Buffer.from(tensors[0]!.name)]);
  const allMetadata = bytes.subarray(24, bytes.indexOf(first));
  const perPart = Math.ceil(tensors.length / count);
  return Array.from({ length: count }, (_, index) => {
    const mine = tensors.slice(index * perPart, (index + 1) * perPart);
    const split = splitMetadata(index, count, tensors.length);
    const { header, data } = content(mine, bytes);
    const entries = index === 0 ? [allMetadata, split] : [split];
    const counts = [u64(mine.length), u64((index === 0 ? metadata.size : 0) + 3)];
    const head = Buffer.concat([Buffer.from("GGUF"), u32(3), ...counts, ...entries, header]);
    return Buffer.concat([head, new Uint8Array((alignment - (head.length % alignment)) % alignment), data]);
  });
}

/** Writes them under the names by which they are found. */
export async function writeParts(stem: string, parts: readonly Uint8Array[]): Promise<string[]> {
  const digits = (number: number): string => String(number).padStart(5, "0");
  const paths = parts.map((_, index) => `${stem}-${digits(index + 1)}-of-${digits(parts.length)}.gguf`);
  for (const [index, path] of paths.entries()) await writeFile(path, parts[index]!);
  return paths;
}

function splitMetadata(index: number, count: number, tensors: number): Uint8Array {
  const entry = (key: string, bytes: Uint8Array): Uint8Array => concat([u64(key.length), Buffer.from(key), bytes]);
  // Types 2 and 5: 16 bits without a sign, 32 bits with one.
  const uint16 = (number: number): Uint8Array => value.raw(2, u32(number).subarray(0, 2));
  return concat([
    entry("split.no", uint16(index)),
    entry("split.count", uint16(count)),
    entry("split.tensors.count", value.raw(5, u32(tensors))),
  ]);
}

function content(tensors: readonly GgufTensor[], bytes: Buffer): { header: Buffer; data: Buffer } {
  const infos: Uint8Array[] = [];
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const { name, shape, offset: at, byteLength } of tensors) {
    infos.push(u64(name.length), Buffer.from(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset));
    const padding = (alignment - (byteLength % alignment)) % alignment;
    data.push(bytes.subarray(at, at + byteLength), new Uint8Array(padding));
    offset += byteLength + padding;
  }
  return { header: Buffer.concat(infos), data: Buffer.concat(data) };
}
