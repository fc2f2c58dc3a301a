import { readFile, writeFile } from "node:fs/promises";
import { withFileSource } from "../../src/node/files/fileSource.ts";
import { ggmlTypes } from "../../src/core/checkpoint/ggmlTypes.ts";
import { readGgufHeader } from "../../src/core/checkpoint/gguf.ts";
import { PythonRandom } from "../../src/core/random/pythonRandom.ts";
import { u32, u64 } from "./ggufWriter.ts";
import { modelFile } from "./models.ts";

/** Quantizations of {@link writeTinyModel}: types of the weights by the names of their tensors. */
const schemes = {
  F32: () => "F32",
  F16: () => "F16",
  Q8_0: () => "Q8_0",
  Q4_0: () => "Q4_0",
  Q4_K_M: (name: string) => (/token_embd|attn_v|ffn_down/.test(name) ? "Q6_K" : "Q4_K"),
} satisfies Record<string, (name: string) => string>;
export type TinyScheme = keyof typeof schemes;
export const tinySchemes = Object.keys(schemes) as TinyScheme[];

const sizes = { embedding: 256, feedForward: 512, blocks: 2, heads: 8, headsKv: 4, vocabulary: 512 };
const alignment = 32;

/**
 * Writes a Llama model with random weights and the tokenizer of the sample model. Its rows are 256 values long, as the
 * K-quants need, so that llama.cpp computes with the kernels that it has for the real models of a quantization.
 */
export async function writeTinyModel(path: string, scheme: TinyScheme): Promise<void> {
  const sample = await modelFile("stories260k.f32");
  const header = await withFileSource(sample, readGgufHeader);
  const metadata = patchedMetadata(await readFile(sample), header.tensors[0]!.name);
  const random = new PythonRandom(1);
  const infos: Uint8Array[] = [];
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const [name, shape] of tensorShapes()) {
    const typeName = shape.length === 1 ? "F32" : schemes[scheme](name);
    const bytes = shape.length === 1 ? ones(shape[0]!) : randomTensor(typeName, shape[0]! * shape[1]!, random);
    infos.push(text(name), u32(shape.length), ...shape.map(u64), u32(typeNumber(typeName)), u64(offset));
    data.push(padded(bytes));
    offset += padded(bytes).length;
  }
  const start = Buffer.concat([Buffer.from("GGUF"), u32(3), u64(data.length), u64(header.metadata.size)]);
  await writeFile(path, Buffer.concat([padded(Buffer.concat([start, metadata, ...infos])), ...data]));
}

/** The sample's metadata entries, with the sizes of this model. */
function patchedMetadata(file: Buffer, firstTensor: string): Buffer {
  const countsEnd = 24;
  const end = file.indexOf(text(firstTensor));
  const metadata = Buffer.from(file.subarray(countsEnd, end));
  const set = (key: string, value: number) => {
    const at = metadata.indexOf(text(key)) + 8 + key.length + 4;
    metadata.writeUInt32LE(value, at);
  };
  set("llama.embedding_length", sizes.embedding);
  set("llama.feed_forward_length", sizes.feedForward);
  set("llama.block_count", sizes.blocks);
  set("llama.context_length", 2048);
  set("llama.rope.dimension_count", sizes.embedding / sizes.heads);
  return metadata;
}

function tensorShapes(): [name: string, shape: number[]][] {
  const { embedding, feedForward, blocks, vocabulary, heads, headsKv } = sizes;
  const kv = (embedding / heads) * headsKv;
  return [
    ["token_embd.weight", [embedding, vocabulary]],
    ...Array.from({ length: blocks }, (_, block) =>
      Object.entries({
        attn_norm: [embedding],
        attn_q: [embedding, embedding],
        attn_k: [embedding, kv],
        attn_v: [embedding, kv],
        attn_output: [embedding, embedding],
        ffn_norm: [embedding],
        ffn_gate: [embedding, feedForward],
        ffn_up: [embedding, feedForward],
        ffn_down: [feedForward, embedding],
      }).map(([name, shape]): [string, number[]] => [`blk.${block}.${name}.weight`, shape]),
    ).flat(),
    ["output_norm.weight", [embedding]],
  ];
}

/** Random blocks: random bits where a type has its quants, and scales that give weights of about 0.06 (`ggml-common.h`). */
function randomTensor(type: string, elements: number, random: PythonRandom): Uint8Array {
  const { blockElements, blockBytes } = ggmlTypes.get(typeNumber(type))!;
  const bytes = Buffer.alloc((elements / blockElements) * blockBytes);
  for (let at = 0; at < bytes.length; at++) bytes[at] = random.getrandbits(8);
  for (let block = 0; block < bytes.length; block += blockBytes) {
    if (type === "F32") bytes.writeFloatLE((random.random() - 0.5) / 4, block);
    else if (type === "F16")
      bytes.writeUInt16LE((random.getrandbits(1) << 15) | (11 << 10) | random.getrandbits(10), block);
    else if (type === "Q6_K") bytes.writeUInt16LE(half(4.4e-5), block + blockBytes - 2);
    else if (type === "Q8_0") bytes.writeUInt16LE(half(8e-4), block);
    else if (type === "Q4_0") bytes.writeUInt16LE(half(0.013), block);
    else {
      bytes.writeUInt16LE(half(3e-4), block);
      bytes.writeUInt16LE(half(7.5 * 3e-4), block + 2);
    }
  }
  return bytes;
}

/** Bits of a positive number below 1 in half precision, rounded down. */
function half(value: number): number {
  const exponent = Math.max(-14, Math.floor(Math.log2(value)));
  const mantissa = Math.floor((value / 2 ** exponent) * 1024);
  return mantissa < 1024 ? mantissa : ((exponent + 15) << 10) | (mantissa - 1024);
}

function ones(length: number): Uint8Array {
  return new Uint8Array(new Float32Array(length).fill(1).buffer);
}

function typeNumber(name: string): number {
  return [...ggmlTypes].find(([, type]) => type.name === name)![0];
}

function text(value: string): Buffer {
  return Buffer.concat([u64(value.length), Buffer.from(value)]);
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)]);
}
