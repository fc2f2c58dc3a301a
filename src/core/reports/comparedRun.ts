import { metricDefinitions } from "../evaluation/metrics.ts";
import type { GroupSummary } from "../evaluation/summary/evaluationSummary.ts";
import type { ItemRecord } from "../runs/itemRecord.ts";
import type { Verification } from "../runs/recordedResult.ts";

/** What a comparison needs of a record: a fraction of it, so that thousands can be held. */
export interface ComparedAnswer {
  readonly item: string;
  readonly draw: number;
  /** 1 or 0 for right or wrong; any number for metrics that are means. Undefined: the metric leaves the item out. */
  readonly score: number | undefined;
  /** Label of the predicted option, or why there is none. */
  readonly answer: string;
  readonly failed: boolean;
  readonly rightLabel: string;
  /** Positions of the right options in the data file: two records of one question have the same. */
  readonly rightOptions: string;
  readonly promptSha256: string;
}

export interface ComparedBenchmark {
  /** The primary one. */
  readonly metric: string;
  readonly answers: readonly ComparedAnswer[];
}

/** A run to be compared. */
export interface ComparedRun {
  /** Unique among the runs compared. */
  readonly name: string;
  /** Of a finished run: one whose items were changed after its end is not compared. */
  readonly verification?: Verification;
  readonly identity: Readonly<Record<string, string>>;
  readonly benchmarks: ReadonlyMap<string, ComparedBenchmark>;
  readonly groups: readonly {
    readonly group: string;
    readonly benchmarks: readonly string[];
    readonly aggregation: GroupSummary["aggregation"];
  }[];
}

/** @param metric the benchmark's primary metric */
export function comparedAnswer(record: ItemRecord, metric: string): ComparedAnswer {
  const { item, draw, labels, gold, order, prediction, valid, failure, promptSha256 } = record;
  return {
    item,
    draw,
    score: scoreOf(record, metric),
    answer: failure !== undefined ? "failed" : !valid || prediction === null ? "invalid" : labels[prediction]!,
    failed: failure !== undefined,
    rightLabel: gold.map((position) => labels[position]).join(", "),
    rightOptions: gold
      .map((position) => order[position]!)
      .sort((a, b) => a - b)
      .join(","),
    promptSha256,
  };
}

function scoreOf({ correct, failure, metrics }: ItemRecord, metric: string): number | undefined {
  if (metric === "accuracy") return Number(correct);
  return failure === undefined ? metrics[metric] : metricDefinitions[metric]?.failedItem;
}
