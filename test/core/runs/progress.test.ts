import assert from "node:assert/strict";
import type { RunEvent } from "../../../src/core/runs/events.ts";
import { ProgressTracker } from "../../../src/core/runs/progress.ts";

const time = "2026-01-01T00:00:00.000Z";

function progress(elapsed: number, items: number, phase = "evaluate"): RunEvent {
  return { v: 1, time, elapsed, type: "progress", phase, done: { tokens: 7, items }, total: { items: 100 } };
}

function started(session: number): RunEvent {
  return { v: 1, time, elapsed: 0, type: "started", session, pid: 1, host: "h" };
}

describe("ProgressTracker", () => {
  it("knows nothing before the first progress, and no rate before the second", () => {
    const tracker = new ProgressTracker(["items"]);
    tracker.add(started(1));
    assert.equal(tracker.progress, undefined);
    tracker.add(progress(0, 0));
    assert.deepEqual(tracker.progress, {
      phase: "evaluate",
      unit: "items",
      done: 0,
      total: 100,
      rate: undefined,
      tokenRate: undefined,
      remaining: undefined,
    });
  });

  it("measures the last half minute", () => {
    const tracker = new ProgressTracker(["items"]);
    for (let second = 0; second <= 60; second++) tracker.add(progress(second * 1000, second <= 30 ? 0 : second - 30));
    assert.equal(tracker.progress?.rate, 1);
    assert.equal(tracker.progress.remaining, 70);
  });

  it("measures how many tokens went through the model", () => {
    const tracker = new ProgressTracker(["items"]);
    for (const second of [0, 1, 2]) {
      tracker.add({ ...progress(second * 1000, second), done: { items: second, tokens: 500 * second } } as RunEvent);
    }
    assert.equal(tracker.progress?.tokenRate, 500);
  });

  it("counts what tells most of a run's kind, in whatever order the event names it", () => {
    const tracker = new ProgressTracker(["bytes", "tasks"]);
    const event = progress(0, 0);
    tracker.add({ ...event, done: { tensors: 1, bytes: 10 }, total: { tensors: 3, bytes: 20 } } as RunEvent);
    assert.deepEqual([tracker.progress?.unit, tracker.progress?.done], ["bytes", 10]);
    tracker.add({ ...event, done: { tasks: 2 }, total: { tasks: 5 } } as RunEvent);
    assert.equal(tracker.progress?.unit, "tasks");
    tracker.add({ ...event, done: { steps: 2 }, total: { steps: 5 } } as RunEvent);
    assert.equal(tracker.progress?.unit, "steps");
  });

  it("starts anew with each session and each phase", () => {
    const tracker = new ProgressTracker(["items"]);
    [progress(0, 0), progress(1000, 50), started(2), progress(10, 50), progress(1010, 51)].forEach((e) =>
      tracker.add(e),
    );
    assert.equal(tracker.progress?.rate, 1);
    tracker.add(progress(2000, 3, "other"));
    assert.equal(tracker.progress.rate, undefined);
  });
});
