import { dtypeBytes, type WorkDtype } from "../../../../src/core/checkpoint/dtype.ts";
import { encodeBf16, encodeF16 } from "../../../../src/core/checkpoint/floats.ts";
import type { Mt19937 } from "../../../../src/core/random/mt19937.ts";

/**
 * Bytes of `n` random elements: `any` bit pattern (infinite, NaN, subnormal, and signed zero among them), or the `typical`
 * values of differences between models: few distinct magnitudes of both signs, and zeros.
 */
export function elementBytes(dtype: WorkDtype, n: number, words: Mt19937, kind: "typical" | "any"): Uint8Array {
  const bytes = new Uint8Array(n * dtypeBytes[dtype]);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < n; i++) {
    const word = words.nextUint32();
    const value = ((word % 31) - 15) / 1024;
    if (dtype === "F32") view.setUint32(4 * i, kind === "any" ? word : bitsOf(value), true);
    else if (kind === "any") view.setUint16(2 * i, word & 0xffff, true);
    else view.setUint16(2 * i, dtype === "BF16" ? encodeBf16(value) : encodeF16(value), true);
  }
  return bytes;
}

function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}

/** The bit patterns of elements, with one and the same pattern for every NaN. */
export function canonicalBits(dtype: WorkDtype, bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = dtypeBytes[dtype];
  const infinity = { BF16: 0x7f80, F16: 0x7c00, F32: 0x7f800000 }[dtype];
  const magnitude = dtype === "F32" ? 0x7fffffff : 0x7fff;
  return Array.from({ length: bytes.byteLength / size }, (_, i) => {
    const bits = size === 4 ? view.getUint32(4 * i, true) : view.getUint16(2 * i, true);
    return (bits & magnitude) > infinity ? -1 : bits;
  });
}
