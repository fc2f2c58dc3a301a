import { dtypeBytes, type FloatDtype } from "../dtype.ts";
import type { TensorSource } from "../tensorSource.ts";

/** The top-left corner of a matrix. Rows beyond it are never asked for; shorter rows are gathered one by one. */
export class CroppedSource implements TensorSource {
  readonly dtype: FloatDtype;

  constructor(
    private readonly whole: TensorSource,
    private readonly wholeColumns: number,
    private readonly columns: number,
  ) {
    this.dtype = whole.dtype;
  }

  read(start: number, into: Uint8Array): void {
    if (this.columns === this.wholeColumns) return this.whole.read(start, into);
    const size = dtypeBytes[this.dtype];
    let element = start;
    for (let filled = 0; filled < into.length;) {
      const row = Math.floor(element / this.columns);
      const column = element - row * this.columns;
      const length = Math.min((this.columns - column) * size, into.length - filled);
      this.whole.read(row * this.wholeColumns + column, into.subarray(filled, filled + length));
      filled += length;
      element += length / size;
    }
  }
}
