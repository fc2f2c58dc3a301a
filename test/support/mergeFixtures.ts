import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "../fixtures/merge");

export interface Tensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export type Tensors = Map<string, Tensor>;

/** A comparison rule of the golden cases; see fixtures/merge/README.md. */
export interface Comparison {
  readonly rule: "exact" | "ulp1" | "tolerance" | "tie-aware";
  readonly max_fraction?: number;
  readonly max_ulp?: number;
  readonly atol?: number;
  readonly rtol?: number;
  readonly rel_fro?: number;
  readonly max_fraction_differs?: number;
  readonly rows_by_token?: readonly string[];
}

/** A tensor of a case that must be reproduced exactly: only a hash of its values is kept. */
export interface TensorHash {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string;
}

export interface GoldenCase {
  readonly config: string;
  readonly expectedConfig: Readonly<Record<string, unknown>>;
  /** Cases of rule `exact`: the result, or for mixtures of experts one of two results. */
  readonly exact?: readonly Readonly<Record<string, TensorHash>>[];
  readonly expectedIndex?: {
    readonly metadata: { readonly total_size: number };
    readonly weight_map: Readonly<Record<string, string>>;
  };
  readonly expectedVocab?: Readonly<Record<string, number>>;
  readonly case: {
    readonly id: string;
    readonly method: string;
    readonly options: { readonly random_seed?: number; readonly out_shard_size?: number };
    readonly comparison: Comparison;
    readonly config_may_differ?: readonly string[];
  };
}

export interface ErrorCase {
  readonly id: string;
  readonly severity: string;
  readonly path: string;
  readonly part: "key" | "value";
  readonly diagnostic: string;
  readonly yaml: string;
  readonly silent: boolean;
  readonly options?: { readonly random_seed?: number };
}

export async function readGoldenCases(): Promise<Readonly<Record<string, GoldenCase>>> {
  return JSON.parse(await readFile(join(root, "cases.json"), "utf8")) as Record<string, GoldenCase>;
}

export async function readErrorCases(): Promise<readonly ErrorCase[]> {
  return JSON.parse(await readFile(join(root, "errors.json"), "utf8")) as ErrorCase[];
}

/** Our code of the diagnostic for each error case, by its id. */
export async function readErrorCodes(): Promise<Readonly<Record<string, string>>> {
  return JSON.parse(await readFile(join(root, "errorCodes.json"), "utf8")) as Record<string, string>;
}

/** Bytes of a safetensors file, which the fixtures hold as differences from another one, compressed. */
export async function readPacked(name: string, reference?: Tensors): Promise<Uint8Array> {
  const packed = new Uint8Array(brotliDecompressSync(await readFile(join(root, name))));
  return transform(packed, reference, "unpack");
}

/** All input models, unpacked into a new temporary folder once for each process; returns the folder. */
export function unpackModels(): Promise<string> {
  unpacked ??= unpack();
  return unpacked;
}

let unpacked: Promise<string> | undefined;

async function unpack(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "medley-merge-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const { files, models } = JSON.parse(await readFile(join(root, "models.json"), "utf8")) as {
    files: string[];
    models: Record<string, Record<string, number | string>>;
  };
  const base = parseTensors(await readPacked("models/base-model.safetensors.br"));
  for (const [model, entries] of Object.entries(models)) {
    await mkdir(join(folder, "models", model), { recursive: true });
    for (const [name, content] of Object.entries(entries)) {
      const path = join(folder, "models", model, name);
      if (typeof content === "number") await writeFile(path, files[content]!);
      else await writeFile(path, await readPacked(`models/${content}`, content.startsWith("base-") ? undefined : base));
    }
  }
  return folder;
}

export function parseTensors(file: Uint8Array): Tensors {
  const { header, dataOffset } = parse(file);
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [start, end],
        },
      ]) => [name, { dtype, shape, bytes: file.subarray(dataOffset + start, dataOffset + end) }],
    ),
  );
}

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

function parse(file: Uint8Array): { header: Record<string, Entry>; dataOffset: number } {
  const view = new DataView(file.buffer, file.byteOffset);
  const dataOffset = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, dataOffset))) as Record<string, Entry>;
  delete header.__metadata__;
  return { header, dataOffset };
}

/** Hash of a tensor's values: zeros without sign, every NaN the same. */
export function hashTensor({ dtype, shape, bytes }: Tensor): TensorHash {
  const canonical = bytes.slice();
  const width = widths[dtype];
  const [exponent, mantissa] =
    dtype === "F16" ? [0x7c00, 0x03ff] : dtype === "BF16" ? [0x7f80, 0x007f] : [0x7f800000, 0x7fffff];
  const view = new DataView(canonical.buffer);
  for (let at = 0; width !== undefined && at < bytes.length; at += width) {
    const bits = width === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
    const magnitude = bits & (exponent | mantissa);
    const changed = magnitude === 0 ? 0 : magnitude > exponent ? exponent | mantissa : bits;
    if (width === 2) view.setUint16(at, changed, true);
    else view.setUint32(at, changed, true);
  }
  return { dtype, shape, sha256: createHash("sha256").update(canonical).digest("hex") };
}

const widths: Readonly<Record<string, number>> = { BF16: 2, F16: 2, F32: 4 };

/**
 * Packs or unpacks the data of a file: every tensor is combined by exclusive or with the tensor of the same name (before a
 * `#`) of the reference, where that has the same shape, and its bytes are grouped by their place in the element.
 */
export function transform(file: Uint8Array, reference: Tensors | undefined, direction: "pack" | "unpack"): Uint8Array {
  const { header, dataOffset } = parse(file);
  const result = file.slice();
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [start, end],
    },
  ] of Object.entries(header)) {
    const mask = maskOf(reference?.get(name.split("#")[0]!), dtype, shape);
    const input = file.subarray(dataOffset + start, dataOffset + end);
    const output = result.subarray(dataOffset + start, dataOffset + end);
    const width = widths[dtype] ?? 1;
    const count = input.length / width;
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < width; k++) {
        const [plain, grouped] = [i * width + k, k * count + i];
        const bits = mask?.[plain] ?? 0;
        if (direction === "pack") output[grouped] = input[plain]! ^ bits;
        else output[plain] = input[grouped]! ^ bits;
      }
    }
  }
  return result;
}

/** The reference's bytes in the type of the tensor: BF16 is the upper half of F32. */
function maskOf(tensor: Tensor | undefined, dtype: string, shape: readonly number[]): Uint8Array | undefined {
  if (tensor === undefined || String(tensor.shape) !== String(shape)) return undefined;
  if (tensor.dtype === dtype) return tensor.bytes;
  if (tensor.dtype !== "BF16" || dtype !== "F32") return undefined;
  const mask = new Uint8Array(tensor.bytes.length * 2);
  for (let i = 0; i < tensor.bytes.length / 2; i++) mask.set(tensor.bytes.subarray(2 * i, 2 * i + 2), 4 * i + 2);
  return mask;
}
