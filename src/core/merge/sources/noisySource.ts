import { dtypeBytes, type WorkDtype } from "../../checkpoint/dtype.ts";
import { elementsAt } from "../../checkpoint/elements.ts";
import type { TensorSource } from "../../checkpoint/tensorSource.ts";
import { NormalGenerator } from "../moe/gates.ts";

/** A tensor with normal noise added to every element, the same for the same seed however it is read. */
export class NoisySource implements TensorSource {
  readonly dtype: WorkDtype;
  private normal: NormalGenerator;
  private position = 0;

  constructor(
    private readonly source: TensorSource & { readonly dtype: WorkDtype },
    private readonly scale: number,
    private readonly seed: number,
  ) {
    this.dtype = source.dtype;
    this.normal = new NormalGenerator(seed);
  }

  read(start: number, into: Uint8Array): void {
    this.source.read(start, into);
    if (start < this.position) {
      this.normal = new NormalGenerator(this.seed);
      this.position = 0;
    }
    for (; this.position < start; this.position++) this.normal.next();
    const count = into.length / dtypeBytes[this.dtype];
    const elements = elementsAt(into.buffer as ArrayBuffer, this.dtype, into.byteOffset);
    for (let i = 0; i < count; i++) elements.set(i, Math.fround(elements.get(i) + this.scale * this.normal.next()));
    this.position += count;
  }
}
