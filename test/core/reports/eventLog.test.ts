import assert from "node:assert/strict";
import { eventLogMarkdown } from "../../../src/core/reports/eventLog.ts";
import type { NewRunEvent, RunEvent } from "../../../src/core/runs/events.ts";

function at(elapsed: number, event: NewRunEvent): RunEvent {
  return { v: 1, time: "2026-01-31T14:15:02.345Z", elapsed, ...event } as RunEvent;
}

const progress = (elapsed: number, bytes: number) =>
  at(elapsed, { type: "progress", phase: "merge", done: { bytes }, total: { bytes: 4e9, tensors: 3 } });

describe("eventLogMarkdown", () => {
  it("shows events with their time, of progress the last of a stage, and no heartbeats", () => {
    const text = eventLogMarkdown(
      [
        at(0, { type: "started", session: 1, pid: 7, host: "h" }),
        at(1, { type: "phase", phase: "merge", title: "Merging <b>ties</b>" }),
        progress(1000, 1e9),
        progress(2000, 3e9),
        at(2500, { type: "heartbeat" }),
        at(3000, { type: "error", code: "x", message: "No space.", hint: "Free some." }),
        at(3000, { type: "finished", state: "failed" }),
      ],
      ["bytes"],
    );
    const rows = text.split("\n").slice(2, -1);
    assert.deepEqual(rows, [
      "| 2026-01-31 14:15:02 | started | session 1, process 7 on h |",
      "| 2026-01-31 14:15:02 | phase | Merging &lt;b>ties&lt;/b> |",
      "| 2026-01-31 14:15:02 | progress | 3 GB of 4 GB 2 GB/s |",
      "| 2026-01-31 14:15:02 | error | No space. Free some. |",
      "| 2026-01-31 14:15:02 | finished | failed |",
    ]);
  });

  it("says what it leaves out of a very long log", () => {
    const events = Array.from({ length: 2500 }, (_, k) => at(k, { type: "log", level: "info", message: `line ${k}` }));
    const text = eventLogMarkdown(events, []);
    assert.match(text, /line 2499/);
    assert.doesNotMatch(text, /line 499 /);
    assert.match(text, /500 earlier lines are in events\.jsonl/);
  });
});
