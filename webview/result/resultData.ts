import type { Comparison } from "../../src/core/reports/comparison.ts";
import type { ResultPage, ResultValue } from "../../src/core/results/messages.ts";
import type { Channel } from "../messaging.ts";

export type ReportAnswer = ResultValue<"report">;

/** What the tabs of a result share: each question is asked once, and again after a change. */
export class ResultData {
  private reportAnswer: Promise<ReportAnswer> | undefined;
  private comparisonAnswer: Promise<Comparison | null> | undefined;

  constructor(
    readonly channel: Channel<ResultPage>,
    readonly runs: readonly string[],
    /** Whether the runs are compared item by item. */
    readonly compares: boolean,
  ) {}

  report(): Promise<ReportAnswer> {
    this.reportAnswer ??= this.channel.request("report", { runs: [...this.runs] }).catch((error: unknown) => {
      this.reportAnswer = undefined;
      throw error;
    });
    return this.reportAnswer;
  }

  /** Null when there are fewer than two runs to compare, or nobody asked for it. */
  comparison(): Promise<Comparison | null> {
    if (!this.compares) return Promise.resolve(null);
    this.comparisonAnswer ??= this.channel.request("comparison", { runs: [...this.runs] }).catch((error: unknown) => {
      this.comparisonAnswer = undefined;
      throw error;
    });
    return this.comparisonAnswer;
  }

  /** The runs got further: what was answered is of the past. */
  forget(): void {
    this.reportAnswer = undefined;
    this.comparisonAnswer = undefined;
  }
}
