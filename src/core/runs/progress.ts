import { formatBytes } from "../formatting.ts";
import type { RunEvent } from "./events.ts";

export interface Progress {
  readonly phase: string;
  /** What is counted. */
  readonly unit: string;
  readonly done: number;
  readonly total: number;
  /** Units a second over the last half minute; undefined until it can be told. */
  readonly rate: number | undefined;
  /** Tokens a second that went through the model in that time; undefined where tokens are not counted. */
  readonly tokenRate: number | undefined;
  /** Seconds that the rest will take at that rate. */
  readonly remaining: number | undefined;
}

const windowMilliseconds = 30_000;

/** Follows the events of a run and tells how far it is and how fast it goes. */
export class ProgressTracker {
  private recent: { readonly elapsed: number; readonly done: number; readonly tokens: number }[] = [];
  private measured = "";
  private latest: Progress | undefined;

  /** @param units of the run's kind, see there; where none of them has a total, as in runs of unknown kinds, any that has */
  constructor(private readonly units: readonly string[]) {}

  /** Undefined until the run has said how much there is to do. */
  get progress(): Progress | undefined {
    return this.latest;
  }

  add(event: RunEvent): void {
    // The clock of a new session starts at 0, and time between sessions says nothing of speed.
    if (event.type === "started") this.recent = [];
    if (event.type !== "progress") return;
    const unit = this.units.find((unit) => unit in event.total) ?? Object.keys(event.total)[0];
    if (unit === undefined) return;
    const measured = `${event.phase} ${unit}`;
    if (measured !== this.measured) this.recent = [];
    this.measured = measured;
    const done = event.done[unit] ?? 0;
    const total = event.total[unit]!;
    const tokens = event.done.tokens ?? 0;
    this.recent.push({ elapsed: event.elapsed, done, tokens });
    while (this.recent.length > 2 && this.recent[1]!.elapsed <= event.elapsed - windowMilliseconds) this.recent.shift();
    const first = this.recent[0]!;
    const seconds = (event.elapsed - first.elapsed) / 1000;
    const perSecond = (count: number): number | undefined => (seconds > 0 && count > 0 ? count / seconds : undefined);
    const rate = perSecond(done - first.done);
    const tokenRate = perSecond(tokens - first.tokens);
    const remaining = rate === undefined ? undefined : Math.max(0, total - done) / rate;
    this.latest = { phase: event.phase, unit, done, total, rate, tokenRate, remaining };
  }
}

/** How far it is: `34/120 items`, `1.2 GB of 2.2 GB`. */
export function formatAmount({ done, total, unit }: Progress): string {
  return unit === "bytes" ? `${formatBytes(done)} of ${formatBytes(total)}` : `${done}/${total} ${unit}`;
}

/** How fast it goes: `12/s`, `310 MB/s`; undefined until that can be told. */
export function formatRate({ rate, unit }: Progress): string | undefined {
  if (rate === undefined) return undefined;
  if (unit === "bytes") return `${formatBytes(Math.round(rate))}/s`;
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`;
}
