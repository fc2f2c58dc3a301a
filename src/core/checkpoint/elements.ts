import type { WorkDtype } from "./dtype.ts";
import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "./floats.ts";

/** A block of elements in a buffer, read and written one by one as numbers. */
export interface Elements {
  get(index: number): number;
  /** Rounds to the dtype. */
  set(index: number, value: number): void;
}

export function elementsAt(buffer: ArrayBuffer, dtype: WorkDtype, address: number): Elements {
  const view = new DataView(buffer, address);
  switch (dtype) {
    case "BF16":
      return {
        get: (index) => decodeBf16(view.getUint16(2 * index, true)),
        set: (index, value) => view.setUint16(2 * index, encodeBf16(value), true),
      };
    case "F16":
      return {
        get: (index) => decodeF16(view.getUint16(2 * index, true)),
        set: (index, value) => view.setUint16(2 * index, encodeF16(value), true),
      };
    case "F32":
      return {
        get: (index) => view.getFloat32(4 * index, true),
        set: (index, value) => view.setFloat32(4 * index, value, true),
      };
  }
}
