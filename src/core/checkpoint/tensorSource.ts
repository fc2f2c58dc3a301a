import type { FloatDtype } from "./dtype.ts";

/** Elements of one input tensor in row-major order, in the dtype in which they are stored (after an adapter was fused). */
export interface TensorSource {
  readonly dtype: FloatDtype;
  /** Fills `into` with the elements from index `start` on; `into` holds a whole number of them. Called again for later passes. */
  read(start: number, into: Uint8Array): void;
}
