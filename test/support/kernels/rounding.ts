import type { WorkDtype } from "../../../src/core/checkpoint/dtype.ts";
import { roundTo } from "../../../src/core/checkpoint/floats.ts";

/** R: to the nearest value of the dtype, by way of single precision. */
export function rounding(dtype: WorkDtype): (value: number) => number {
  return (value) => roundTo(dtype, value);
}
