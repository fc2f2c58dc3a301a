import { dtypeBytes, type WorkDtype } from "../dtype.ts";
import { elementsAt } from "../elements.ts";
import type { LoraTarget } from "../lora.ts";
import type { TensorSource } from "../tensorSource.ts";

/** The factors of an adapter for one weight, in single precision, row by row. */
export interface LoraFactors {
  /** [rank, in] for linear weights, [rank, vocabulary] for embeddings. */
  readonly a: Float32Array;
  /** [out, rank], or [width, rank] for embeddings. */
  readonly b: Float32Array;
  /** DoRA's norms. */
  readonly magnitude?: Float32Array;
}

/**
 * A weight with an adapter fused into it: R(W + scale · (B·A)), the product and the sum in single precision and one rounding
 * to the type of W, as PEFT does. With a magnitude m: R(m / ‖W + ΔW‖ · (W + ΔW)), norms over the inputs of a row.
 */
export class LoraSource implements TensorSource {
  readonly dtype: WorkDtype;
  private readonly columns: number;
  private readonly rowScale: Float64Array | undefined;

  constructor(
    private readonly weight: TensorSource & { readonly dtype: WorkDtype },
    private readonly shape: readonly [rows: number, columns: number],
    private readonly target: LoraTarget,
    private readonly factors: LoraFactors,
  ) {
    this.dtype = weight.dtype;
    this.columns = shape[1];
    this.rowScale = factors.magnitude === undefined ? undefined : this.magnitudeScale(factors.magnitude);
  }

  read(start: number, into: Uint8Array): void {
    this.weight.read(start, into);
    const count = into.length / dtypeBytes[this.dtype];
    const elements = elementsAt(into.buffer as ArrayBuffer, this.dtype, into.byteOffset);
    this.eachRow(start, count, (index, row, column, delta) => {
      const sum = Math.fround(elements.get(index) + delta);
      const scale = this.rowScale?.[this.transposesWeight ? column : row];
      elements.set(index, scale === undefined ? sum : Math.fround(sum * scale));
    });
  }

  /** Whether rows of W are inputs (Conv1D) rather than outputs. */
  private get transposesWeight(): boolean {
    return this.target.transposed || this.target.kind === "embedding";
  }

  private eachRow(
    start: number,
    count: number,
    visit: (index: number, row: number, column: number, delta: number) => void,
  ): void {
    const { a, b } = this.factors;
    const { rank, scale } = this.target;
    const acrossA = a.length / rank;
    let row = Math.floor(start / this.columns);
    let column = start - row * this.columns;
    for (let index = 0; index < count; index++) {
      const [input, output] = this.transposesWeight ? [row, column] : [column, row];
      let product = 0;
      for (let k = 0; k < rank; k++) product += b[output * rank + k]! * a[k * acrossA + input]!;
      visit(index, row, column, Math.fround(Math.fround(product) * scale));
      if (++column === this.columns) {
        column = 0;
        row++;
      }
    }
  }

  /** m / ‖W + ΔW‖ of every output, from one pass over the weight. */
  private magnitudeScale(magnitude: Float32Array): Float64Array {
    const [rows, columns] = this.shape;
    const squares = new Float64Array(magnitude.length);
    const bytes = new Uint8Array(columns * dtypeBytes[this.dtype]);
    const elements = elementsAt(bytes.buffer, this.dtype, 0);
    for (let row = 0; row < rows; row++) {
      this.weight.read(row * columns, bytes);
      this.eachRow(row * columns, columns, (index, _row, column, delta) => {
        const sum = Math.fround(elements.get(index) + delta);
        const output = this.transposesWeight ? column : row;
        squares[output] = squares[output]! + sum * sum;
      });
    }
    return squares.map((square, output) => magnitude[output]! / Math.sqrt(square));
  }
}

export function isWorkSource(source: TensorSource): source is TensorSource & { readonly dtype: WorkDtype } {
  return source.dtype !== "F64";
}
