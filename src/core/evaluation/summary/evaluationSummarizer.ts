import { RunError } from "../../errors.ts";
import type { ItemRecord } from "../../runs/itemRecord.ts";
import type { Protocol } from "../protocol.ts";
import type { EvaluationSummary } from "./evaluationSummary.ts";
import { outcomeOf, type ItemOutcome } from "./itemOutcome.ts";
import type { Notice, NoticesByBenchmark } from "./notice.ts";
import { summarizeBenchmark } from "./summarizeBenchmark.ts";
import { summarizeCost } from "./summarizeCost.ts";
import { summarizeGroup } from "./summarizeGroup.ts";

/** Benchmarks whose results are also given as one number. */
export interface SummaryGroup {
  readonly id: string;
  readonly members: readonly string[];
}

/** What is known beside the items; undefined in runs of an older Medley, which did not look. */
export interface RunNotices {
  readonly data?: NoticesByBenchmark;
  readonly model?: readonly Notice[];
}

/**
 * Turns item records into the result of a run. Records come one by one, in any order, and only a few numbers of each are
 * kept; a summary can be had at any time, for example for display while the run goes on.
 */
export class EvaluationSummarizer<Parameters> {
  private readonly protocol: Protocol<Parameters>;
  private readonly parameters: Parameters;
  private readonly groups: readonly SummaryGroup[];
  private readonly notices: RunNotices;
  private readonly benchmarks = new Map<string, Map<number, Map<string, ItemOutcome>>>();

  constructor(
    protocol: Protocol<Parameters>,
    parameters: Parameters,
    groups: readonly SummaryGroup[] = [],
    notices: RunNotices = {},
  ) {
    this.protocol = protocol;
    this.parameters = parameters;
    this.groups = groups;
    this.notices = notices;
  }

  /** @throws RunError when the item was added before in the same draw: it would count twice */
  add(record: ItemRecord): void {
    const draws = getOrAdd(this.benchmarks, record.benchmark, () => new Map<number, Map<string, ItemOutcome>>());
    const items = getOrAdd(draws, record.draw, () => new Map<string, ItemOutcome>());
    if (items.has(record.item)) {
      throw new RunError(`${record.benchmark} has two records of the item ${record.item} in draw ${record.draw}.`, {
        hint: "items.jsonl is damaged; evaluate again.",
      });
    }
    items.set(record.item, outcomeOf(record));
  }

  /** Benchmarks in the order in which they first occurred. */
  summary(): EvaluationSummary {
    const outcomes = [...this.benchmarks].map(([benchmark, draws]) => [benchmark, inFixedOrder(draws)] as const);
    const { data, model } = this.notices;
    const noticesOf = (benchmark: string) => data && (data[benchmark] ?? []);
    const benchmarks = outcomes.map(([benchmark, draws]) =>
      summarizeBenchmark(
        benchmark,
        this.protocol.primaryMetric(benchmark, this.parameters),
        draws,
        noticesOf(benchmark),
      ),
    );
    const byId = new Map(benchmarks.map((summary) => [summary.benchmark, summary]));
    return {
      v: 1,
      protocol: {
        id: this.protocol.id,
        version: this.protocol.version,
        parameters: this.parameters as EvaluationSummary["protocol"]["parameters"],
      },
      benchmarks,
      groups: this.groups.flatMap(({ id, members }) => {
        const present = members.flatMap((member) => byId.get(member) ?? []);
        if (present.length < members.length) return [];
        return summarizeGroup(id, present, this.protocol.groupAggregation) ?? [];
      }),
      ...(model !== undefined && { notices: [...model] }),
      cost: summarizeCost(outcomes.flatMap(([, draws]) => [...draws.values()].flat())),
    };
  }
}

/** Draws by number, items by id: a sum must not depend, in its last bit, on the order in which a run was resumed. */
function inFixedOrder(draws: ReadonlyMap<number, ReadonlyMap<string, ItemOutcome>>): Map<number, ItemOutcome[]> {
  const sorted = [...draws].sort(([a], [b]) => a - b);
  return new Map(sorted.map(([draw, items]) => [draw, [...items.values()].sort((a, b) => (a.item < b.item ? -1 : 1))]));
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
