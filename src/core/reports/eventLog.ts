import { describeError } from "../errors.ts";
import type { RunEvent } from "../runs/events.ts";
import { failureError } from "../runs/manifest.ts";
import { ProgressTracker, formatAmount, formatRate } from "../runs/progress.ts";
import { renderTable, textColumn } from "./table.ts";

/** The most lines that a log shows; of more events the last count. */
const mostLines = 2000;

/**
 * What happened in a run, for a person: a table of times and events. Of progress only the last of each stage is shown.
 * @param units counters of the run's kind that tell how far it is
 */
export function eventLogMarkdown(events: readonly RunEvent[], units: readonly string[]): string {
  const tracker = new ProgressTracker(units);
  const lines: { readonly row: readonly string[]; readonly progress: boolean }[] = [];
  for (const event of events) {
    tracker.add(event);
    const text = describeEvent(event, tracker);
    if (text === undefined) continue;
    const progress = event.type === "progress";
    if (progress && lines.at(-1)?.progress === true) lines.pop();
    lines.push({ row: [event.time.replace("T", " ").replace(/\.\d+Z$/, ""), event.type, text], progress });
  }
  const shown = lines.slice(-mostLines);
  const left = lines.length - shown.length;
  const columns = [textColumn("time", "time (UTC)"), textColumn("event"), textColumn("what")];
  const notes = left === 0 ? {} : { notes: [`${left} earlier lines are in events.jsonl.`] };
  return renderTable({ columns, rows: shown.map(({ row }) => row), ...notes }, "markdown");
}

function describeEvent(event: RunEvent, { progress }: ProgressTracker): string | undefined {
  switch (event.type) {
    case "started":
      return `session ${event.session}, process ${event.pid} on ${event.host}`;
    case "phase":
      return event.title;
    case "progress":
      return progress === undefined ? undefined : [formatAmount(progress), formatRate(progress)].join(" ").trim();
    case "log":
    case "warning":
      return event.message;
    case "error":
      return describeError(failureError(event));
    case "metric": {
      const interval = event.interval?.map((bound) => bound.toFixed(3)).join(" to ");
      const of = event.of === undefined ? "" : ` of ${event.of}`;
      return `${event.name}${of} ${event.value.toFixed(3)}${interval === undefined ? "" : ` (${interval})`}`;
    }
    case "checkpoint":
      return event.path;
    case "summary":
      return "the result was saved";
    case "finished":
      return event.state;
    case "heartbeat":
      return undefined;
  }
}
