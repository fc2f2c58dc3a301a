import type { WorkDtype } from "./dtype.ts";

const scratch = new DataView(new ArrayBuffer(8));

function bitsOfF32(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}

function f32OfBits(bits: number): number {
  scratch.setUint32(0, bits);
  return scratch.getFloat32(0);
}

/** The BF16 bits nearest to the single-precision value of `value`, ties to even; every NaN becomes 0x7fc0. */
export function encodeBf16(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  const bits = bitsOfF32(value);
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

export function decodeBf16(bits: number): number {
  return f32OfBits((bits << 16) >>> 0);
}

/** The F16 bits nearest to the single-precision value of `value`, ties to even; from 65520 on infinity, NaN is 0x7e00. */
export function encodeF16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const bits = bitsOfF32(value);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  return sign | roundHalfToEven(f32OfBits(magnitude) * 2 ** 24);
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

export function decodeF16(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The value of `dtype` nearest to `value`, ties to even. 16-bit types round through single precision, as torch does. */
export function roundTo(dtype: WorkDtype, value: number): number {
  if (dtype === "F32") return Math.fround(value);
  return dtype === "BF16" ? decodeBf16(encodeBf16(value)) : decodeF16(encodeF16(value));
}
