import { dtypeBytes, type WorkDtype } from "../../checkpoint/dtype.ts";
import { elementsAt } from "../../checkpoint/elements.ts";
import type { TensorSource } from "../../checkpoint/tensorSource.ts";
import { borrowedRow, type RowMap } from "../tokenizer/embeddingRows.ts";

/** An embedding as stored, before its rows are brought into the order of the result. */
export interface StoredEmbedding {
  readonly source: TensorSource & { readonly dtype: WorkDtype };
  readonly columns: number;
}

/**
 * One model's embedding with a row for every token of the result: its own rows, rows borrowed from other models (the mean
 * where there are several) and, behind the last token, padding: the mean of the rows before. Means are taken of values in
 * the type of the merge and rounded to it once.
 */
export class RowMappedSource implements TensorSource {
  private padding: Uint8Array | undefined;
  private readonly rowBytes: number;

  /**
   * @param dtype type of the result: `dtype` of the merge, or the model's own
   * @param own the embedding of the model that the map belongs to
   * @param embeddingOf embeddings of the other models, by index of the plan's models
   */
  constructor(
    readonly dtype: WorkDtype,
    private readonly own: StoredEmbedding,
    private readonly map: RowMap,
    private readonly embeddingOf: (model: number) => StoredEmbedding,
  ) {
    this.rowBytes = own.columns * dtypeBytes[dtype];
  }

  read(start: number, into: Uint8Array): void {
    const size = dtypeBytes[this.dtype];
    const { columns } = this.own;
    let element = start;
    for (let filled = 0; filled < into.length;) {
      const row = Math.floor(element / columns);
      const column = element - row * columns;
      const length = Math.min((columns - column) * size, into.length - filled);
      const part = into.subarray(filled, filled + length);
      if (length === this.rowBytes) this.fillRow(row, part);
      else part.set(this.row(row).subarray(column * size, column * size + length));
      filled += length;
      element += length / size;
    }
  }

  private row(row: number): Uint8Array {
    const bytes = new Uint8Array(this.rowBytes);
    this.fillRow(row, bytes);
    return bytes;
  }

  private fillRow(row: number, into: Uint8Array): void {
    const ownRow = this.map.own[row]!;
    if (ownRow >= 0) return this.fillStored(this.own, ownRow, into);
    if (ownRow !== borrowedRow) {
      into.set(this.paddingRow());
      return;
    }
    const borrowed = this.map.borrowed.get(row)!;
    if (borrowed.length === 1) {
      const { model, row: storedRow } = borrowed[0]!;
      return this.fillStored(this.embeddingOf(model), storedRow, into);
    }
    const rows = borrowed.map(({ model, row: storedRow }) => {
      const bytes = new Uint8Array(this.rowBytes);
      this.fillStored(this.embeddingOf(model), storedRow, bytes);
      return bytes;
    });
    this.fillMean(rows, into);
  }

  private fillStored({ source, columns }: StoredEmbedding, row: number, into: Uint8Array): void {
    if (source.dtype === this.dtype) return source.read(row * columns, into);
    const stored = new Uint8Array(columns * dtypeBytes[source.dtype]);
    source.read(row * columns, stored);
    const from = elementsAt(stored.buffer, source.dtype, 0);
    const to = elementsAt(into.buffer as ArrayBuffer, this.dtype, into.byteOffset);
    for (let i = 0; i < columns; i++) to.set(i, from.get(i));
  }

  private fillMean(rows: readonly Uint8Array[], into: Uint8Array): void {
    const sums = new Float32Array(this.own.columns);
    for (const row of rows) this.addRow(sums, row);
    this.storeMean(sums, rows.length, into);
  }

  private addRow(sums: Float32Array, row: Uint8Array): void {
    const elements = elementsAt(row.buffer as ArrayBuffer, this.dtype, row.byteOffset);
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + elements.get(i);
  }

  private storeMean(sums: Float32Array, count: number, into: Uint8Array): void {
    const elements = elementsAt(into.buffer as ArrayBuffer, this.dtype, into.byteOffset);
    for (let i = 0; i < sums.length; i++) elements.set(i, count === 0 ? 0 : Math.fround(sums[i]! / count));
  }

  private paddingRow(): Uint8Array {
    if (this.padding !== undefined) return this.padding;
    const tokens = [...this.map.own.keys()].filter((row) => this.map.own[row]! >= borrowedRow);
    const sums = new Float32Array(this.own.columns);
    const row = new Uint8Array(this.rowBytes);
    for (const token of tokens) {
      this.fillRow(token, row);
      this.addRow(sums, row);
    }
    this.padding = new Uint8Array(this.rowBytes);
    this.storeMean(sums, tokens.length, this.padding);
    return this.padding;
  }
}
