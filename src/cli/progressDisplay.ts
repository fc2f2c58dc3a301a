import { formatDuration } from "../core/formatting.ts";
import type { RunEvent } from "../core/runs/events.ts";
import { formatAmount, formatRate, ProgressTracker } from "../core/runs/progress.ts";
import { printable } from "./printable.ts";

type Terminal = Pick<NodeJS.WriteStream, "write" | "columns" | "isTTY">;

const redrawInterval = 100;
/** Plain lines, for logs, come at most this often. */
const lineInterval = 10_000;
const barWidth = 20;

/** Shows the events of a run to a person: a bar that redraws itself on a terminal, a line now and then elsewhere. */
export class ProgressDisplay {
  private readonly tracker: ProgressTracker;
  private metric = "";
  private lastDraw = -Infinity;
  private lastText = "";
  private drawn = false;

  /** @param units of the run's kind */
  constructor(
    units: readonly string[],
    private readonly stream: Terminal = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.tracker = new ProgressTracker(units);
  }

  add(event: RunEvent): void {
    this.tracker.add(event);
    if (event.type === "phase") this.line(event.title);
    else if (event.type === "log") this.line(event.message);
    else if (event.type === "warning") this.line(`Warning: ${event.message}`);
    else if (event.type === "metric") this.metric = describeMetric(event);
    else if (event.type === "progress") this.drawIfDue();
    else if (event.type === "finished") this.end();
  }

  /** Leaves the terminal clean, with the last state of the bar standing. */
  end(): void {
    if (this.tracker.progress !== undefined) this.draw();
    if (this.drawn) this.stream.write("\n");
    this.drawn = false;
  }

  private line(text: string): void {
    this.clear();
    this.stream.write(printable(text) + "\n");
  }

  private drawIfDue(): void {
    const interval = this.stream.isTTY ? redrawInterval : lineInterval;
    if (this.now() - this.lastDraw >= interval) this.draw();
  }

  private draw(): void {
    this.lastDraw = this.now();
    const text = printable(this.describe());
    if (!this.stream.isTTY) {
      if (text !== this.lastText) this.stream.write(text + "\n");
      this.lastText = text;
      return;
    }
    this.clear();
    this.stream.write(text.slice(0, (this.stream.columns || 80) - 1));
    this.drawn = true;
  }

  private clear(): void {
    if (this.drawn) this.stream.write("\r\u001b[K");
    this.drawn = false;
  }

  private describe(): string {
    const progress = this.tracker.progress!;
    const { done, total, remaining } = progress;
    const rate = formatRate(progress);
    const filled = total === 0 ? barWidth : Math.min(barWidth, Math.floor((done / total) * barWidth));
    const parts = [
      ...(this.stream.isTTY ? ["█".repeat(filled) + "░".repeat(barWidth - filled)] : []),
      formatAmount(progress),
      ...(rate === undefined ? [] : [rate]),
      ...(remaining === undefined || done >= total ? [] : [`${formatDuration(remaining)} left`]),
      ...(this.metric === "" ? [] : [this.metric]),
    ];
    return parts.join("  ");
  }
}

function describeMetric({ name, value, interval }: Extract<RunEvent, { type: "metric" }>): string {
  const range = interval === undefined ? "" : ` [${interval.map((bound) => bound.toFixed(3)).join(", ")}]`;
  return `${name} ${value.toFixed(3)}${range}`;
}
