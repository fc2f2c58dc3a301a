import assert from "node:assert/strict";
import type { NewRunEvent, RunEvent } from "../../src/core/runs/events.ts";
import { ProgressDisplay } from "../../src/cli/progressDisplay.ts";

function show(isTTY: boolean, events: readonly (NewRunEvent & { elapsed: number })[]): string {
  let written = "";
  let now = 0;
  const stream = { isTTY, columns: 80, write: (text: string) => ((written += text), true) } as NodeJS.WriteStream;
  const display = new ProgressDisplay(["items"], stream, () => now);
  for (const event of events) {
    now = event.elapsed;
    display.add({ v: 1, time: "2026-01-01T00:00:00.000Z", ...event } as RunEvent);
  }
  return written;
}

const progress = (elapsed: number, items: number) =>
  ({ elapsed, type: "progress", phase: "evaluate", done: { items }, total: { items: 40 } }) as const;
const metric = {
  elapsed: 0,
  type: "metric",
  name: "accuracy",
  value: 0.5,
  interval: [0.4, 0.6] as [number, number],
} as const;

describe("progress display", () => {
  it("prints a line now and then where there is no terminal", () => {
    const events = Array.from({ length: 21 }, (_, i) => progress(i * 1000, i));
    const lines = show(false, [metric, ...events, { elapsed: 20_500, type: "finished", state: "finished" }]).split(
      "\n",
    );
    assert.deepEqual(lines, [
      "0/40 items  accuracy 0.500 [0.400, 0.600]",
      "10/40 items  1.0/s  30 s left  accuracy 0.500 [0.400, 0.600]",
      "20/40 items  1.0/s  20 s left  accuracy 0.500 [0.400, 0.600]",
      "",
    ]);
  });

  it("redraws one bar on a terminal and leaves it standing", () => {
    const written = show(true, [
      progress(0, 0),
      progress(1000, 20),
      { elapsed: 1001, type: "finished", state: "finished" },
    ]);
    const last = written.split("\u001b[K").at(-1);
    assert.equal(last, "██████████░░░░░░░░░░  20/40 items  20/s  1 s left\n");
  });

  it("prints messages above the bar", () => {
    const written = show(true, [
      progress(0, 0),
      { elapsed: 1, type: "warning", code: "w", message: "One item\u001b[2J failed." },
    ]);
    assert(written.endsWith("\r\u001b[KWarning: One item\\u001b[2J failed.\n"));
  });
});
