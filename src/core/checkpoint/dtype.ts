/**
 * Bits of one element of every type that a safetensors file may name, in the order in which the format sorts
 * tensors inside a file: the writer puts the LAST entry of this table first.
 */
const bitsPerElement = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** Element type as a safetensors header spells it. */
export type Dtype = keyof typeof bitsPerElement;

const sortOrder = Object.keys(bitsPerElement) as Dtype[];

export function isDtype(name: unknown): name is Dtype {
  return typeof name === "string" && Object.hasOwn(bitsPerElement, name);
}

/** Rank of a type in a safetensors file: tensors of a higher rank stand first. */
export function dtypeRank(dtype: Dtype): number {
  return sortOrder.indexOf(dtype);
}

/** Bytes of `count` packed elements; `undefined` when they do not fill whole bytes (types below 8 bits). */
export function byteLengthOf(dtype: Dtype, count: number): number | undefined {
  const bits = bitsPerElement[dtype];
  if (bits % 8 === 0) return count * (bits / 8);
  const bytes = (count * bits) / 8;
  return Number.isInteger(bytes) ? bytes : undefined;
}

/** Bytes of one element; a fraction for packed types. */
export const dtypeBytes = Object.fromEntries(
  Object.entries(bitsPerElement).map(([name, bits]) => [name, bits / 8]),
) as Readonly<Record<Dtype, number>>;

/** Floating-point types that weights are computed in. */
export const workDtypes = ["BF16", "F16", "F32"] as const;
export type WorkDtype = (typeof workDtypes)[number];

/** Types that are converted to a work dtype when a tensor is read. */
export type FloatDtype = WorkDtype | "F64";

export function isFloatDtype(dtype: Dtype): dtype is FloatDtype {
  return dtype === "F64" || (workDtypes as readonly Dtype[]).includes(dtype);
}

/** Name that `config.json` and merge configurations use for a type, for example `bfloat16`. */
export function torchNameOf(dtype: Dtype): string {
  const names: Partial<Record<Dtype, string>> = {
    F32: "float32",
    F16: "float16",
    BF16: "bfloat16",
    F64: "float64",
    I64: "int64",
    I32: "int32",
    I16: "int16",
    I8: "int8",
    U8: "uint8",
    BOOL: "bool",
  };
  return names[dtype] ?? dtype.toLowerCase();
}
