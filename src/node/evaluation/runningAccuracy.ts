import type { ItemRecord } from "../../core/runs/itemRecord.ts";
import { accuracyEstimate } from "../../core/statistics/accuracy.ts";
import { groupAccuracy } from "../../core/statistics/groupAccuracy.ts";
import type { Interval } from "../../core/statistics/interval.ts";

/** The answers of one benchmark, entry i of each list about the same one. */
interface Answers {
  readonly correct: boolean[];
  readonly items: string[];
  readonly distinct: Set<string>;
}

/**
 * Accuracy of the items so far, for display only: in the order of evaluation, which is no random sample. Its intervals are
 * those of the result: of one benchmark, or of a group weighted by size.
 */
export class RunningAccuracy {
  private readonly benchmarks = new Map<string, Answers>();

  add({ benchmark, item, correct }: Pick<ItemRecord, "benchmark" | "item" | "correct">): void {
    let answers = this.benchmarks.get(benchmark);
    if (answers === undefined) {
      answers = { correct: [], items: [], distinct: new Set() };
      this.benchmarks.set(benchmark, answers);
    }
    answers.correct.push(correct);
    answers.items.push(item);
    answers.distinct.add(item);
  }

  estimate(): { value: number; interval: [number, number]; n: number } | undefined {
    const all = [...this.benchmarks.values()];
    if (all.length === 0) return undefined;
    const { accuracy, interval } = estimateOf(all);
    const n = all.reduce((sum, { items }) => sum + items.length, 0);
    return { value: accuracy, interval: [interval.low, interval.high], n };
  }
}

function estimateOf(all: readonly Answers[]): { accuracy: number; interval: Interval } {
  const [only] = all;
  if (all.length === 1 && only!.distinct.size > 1) {
    const { correct, items, distinct } = only!;
    return accuracyEstimate(correct, distinct.size < items.length ? items : undefined);
  }
  const members = all.map(({ correct, distinct }) => ({
    n: distinct.size,
    correct: (correct.filter(Boolean).length / correct.length) * distinct.size,
  }));
  return groupAccuracy(members, "size");
}
