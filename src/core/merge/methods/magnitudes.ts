import type { WorkDtype } from "../../checkpoint/dtype.ts";
import { histogramBytes } from "../kernels/kernels.ts";
import type { Address, Kernels, MagnitudeRange } from "../kernels/kernels.ts";

/** A block of a tensor in kernel memory. */
export type VisitBlock = (block: Address, n: number) => void;

/** Passes over the blocks of one tensor, in order, as often as asked. */
export type ForEachBlock = (visit: VisitBlock) => void;

/** Where a position in the ascending order of magnitudes lies. */
interface Located {
  /** The magnitude there: the bits of the element without its sign. */
  readonly bits: number;
  /** How many elements are smaller. */
  readonly below: number;
  /** How many are equal. */
  readonly equal: number;
}

/** Above every magnitude of the dtype. */
const beyond: Readonly<Record<WorkDtype, number>> = { BF16: 0x8000, F16: 0x8000, F32: 0x80000000 };

const all = 0xffffffff;

/** The magnitudes of a tensor by counting, never by sorting: 16-bit dtypes have 32768 of them, F32 takes two passes. */
export class MagnitudeOrder {
  private readonly tables: Address;
  private readonly counts: Uint32Array;

  constructor(
    private readonly kernels: Kernels,
    private readonly dtype: WorkDtype,
    private readonly forEachBlock: ForEachBlock,
    private readonly elements: number,
  ) {
    this.tables = kernels.memory.allocate(histogramBytes);
    const tables = this.cleared();
    if (dtype === "F32") {
      forEachBlock((block, n) => kernels.histogramHigh(block, n, this.tables));
      this.counts = tables.slice(0, 32768);
    } else {
      forEachBlock((block, n) => kernels.histogram16(block, n, this.tables));
      this.counts = Uint32Array.from({ length: 32768 }, (_, m) => {
        return tables[m]! + tables[m + 32768]! + tables[m + 65536]! + tables[m + 98304]!;
      });
    }
  }

  /** How many elements are not zero. */
  nonZero(): number {
    const smallest = this.at(0);
    return smallest.bits === 0 ? this.elements - smallest.equal : this.elements;
  }

  /** The `count` largest magnitudes (1 to all of them); of equal ones at the edge those with the lowest indexes. */
  largest(count: number): MagnitudeRange {
    const edge = this.at(this.elements - count);
    const above = this.elements - edge.below - edge.equal;
    return { lower: edge.bits, lowerFrom: 0, lowerTo: count - above, upper: beyond[this.dtype], upperTo: 0 };
  }

  /** The magnitudes at the positions [from, to) of the ascending order, in which equal ones stand by index. */
  between(from: number, to: number): MagnitudeRange {
    if (to <= from) return nothing;
    const first = this.at(from);
    const last = this.at(to - 1);
    const lowerFrom = from - first.below;
    if (first.bits === last.bits) {
      return { lower: first.bits, lowerFrom, lowerTo: to - first.below, upper: first.bits, upperTo: 0 };
    }
    return { lower: first.bits, lowerFrom, lowerTo: all, upper: last.bits, upperTo: to - last.below };
  }

  private at(position: number): Located {
    const coarse = locate(this.counts, position);
    if (this.dtype !== "F32") return coarse;
    const tables = this.cleared();
    this.forEachBlock((block, n) => this.kernels.histogramLow(block, n, coarse.bits, this.tables));
    const fine = locate(tables.subarray(0, 65536), position - coarse.below);
    return { bits: coarse.bits * 65536 + fine.bits, below: coarse.below + fine.below, equal: fine.equal };
  }

  private cleared(): Uint32Array {
    return this.kernels.memory.u32(this.tables, histogramBytes / 4).fill(0);
  }
}

function locate(counts: Uint32Array, position: number): Located {
  let below = 0;
  for (const [bits, equal] of counts.entries()) {
    if (position < below + equal) return { bits, below, equal };
    below += equal;
  }
  throw new RangeError(`No magnitude at position ${position} of ${below}.`);
}

/** No magnitude at all. */
export const nothing: MagnitudeRange = { lower: 0, lowerFrom: 0, lowerTo: 0, upper: 0, upperTo: 0 };
