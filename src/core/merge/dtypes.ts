/** Element types of a safetensors file that a merge reads or writes, with the bytes of one element. */
export const dtypeBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
} as const;

export type Dtype = keyof typeof dtypeBytes;

/** Floating-point types that a merge can compute in. */
export const workDtypes = ["BF16", "F16", "F32", "F64"] as const;
export type WorkDtype = (typeof workDtypes)[number];

export function isWorkDtype(dtype: Dtype): dtype is WorkDtype {
  return (workDtypes as readonly Dtype[]).includes(dtype);
}
