/** Writes small GGUF files for tests, well-formed or with one thing wrong. */

export interface TestTensor {
  readonly name: string;
  readonly shape: readonly (number | bigint)[];
  /** Number of the tensor type; F32 when absent. */
  readonly type?: number;
  /** Relative to the start of tensor data. */
  readonly offset: number | bigint;
}

export interface TestGguf {
  readonly magic?: string;
  readonly version?: number;
  readonly metadata: readonly (readonly [key: string, value: Uint8Array])[];
  readonly tensors: readonly TestTensor[];
  readonly metadataCount?: bigint;
  readonly tensorCount?: bigint;
  readonly dataBytes: number;
}

export function ggufFile(content: TestGguf): Uint8Array {
  const header = concat([
    utf8(content.magic ?? "GGUF"),
    u32(content.version ?? 3),
    u64(content.tensorCount ?? content.tensors.length),
    u64(content.metadataCount ?? content.metadata.length),
    ...content.metadata.flatMap(([key, value]) => [string(key), value]),
    ...content.tensors.map((tensor) =>
      concat([
        string(tensor.name),
        u32(tensor.shape.length),
        ...tensor.shape.map(u64),
        u32(tensor.type ?? 0),
        u64(tensor.offset),
      ]),
    ),
  ]);
  const padding = (32 - (header.length % 32)) % 32;
  return concat([header, new Uint8Array(padding + content.dataBytes)]);
}

/** Metadata values, each with its type number in front. */
export const value = {
  uint32: (number: number) => concat([u32(4), u32(number)]),
  uint64: (number: bigint) => concat([u32(10), u64(number)]),
  bool: (byte: number) => concat([u32(7), Uint8Array.of(byte)]),
  string: (text: string) => concat([u32(8), string(text)]),
  strings: (texts: readonly string[]) => concat([u32(9), u32(8), u64(texts.length), ...texts.map(string)]),
  uint32s: (numbers: readonly number[]) => concat([u32(9), u32(4), u64(numbers.length), ...numbers.map(u32)]),
  /** A value of any type number, with any bytes. */
  raw: (type: number, bytes: Uint8Array) => concat([u32(type), bytes]),
};

export function u32(number: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number, true);
  return bytes;
}

export function u64(number: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number), true);
  return bytes;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function string(text: string): Uint8Array {
  const bytes = utf8(text);
  return concat([u64(bytes.length), bytes]);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
