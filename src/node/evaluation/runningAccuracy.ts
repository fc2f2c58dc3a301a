import type { ItemRecord } from "../../core/runs/itemRecord.ts";
import { wilsonInterval } from "../../core/statistics/proportion.ts";

/** Accuracy of the items so far, for display only: in the order of evaluation, which is no random sample. */
export class RunningAccuracy {
  private n = 0;
  private correct = 0;

  add(record: Pick<ItemRecord, "correct">): void {
    this.n++;
    if (record.correct) this.correct++;
  }

  estimate(): { value: number; interval: [number, number]; n: number } | undefined {
    if (this.n === 0) return undefined;
    const { low, high } = wilsonInterval(this.correct, this.n);
    return { value: this.correct / this.n, interval: [low, high], n: this.n };
  }
}
