import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { CancelledError } from "../../../src/core/errors.ts";
import type { RunEvent } from "../../../src/core/runs/events.ts";
import { waitForMemory } from "../../../src/node/evaluation/waitForMemory.ts";
import { createRun } from "../../../src/node/runs/runFolder.ts";
import { RunSession } from "../../../src/node/runs/runSession.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";

const memory = 100;

describe("waiting for memory", () => {
  const root = useTemporaryFolder();

  function run(model: string, bytes: number): Promise<string> {
    return createRun(root(), {
      kind: "evaluation",
      title: model,
      configuration: { given: {}, resolved: {} },
      inputs: [{ role: "model", name: model, bytes, sha256: model.repeat(64) }],
      identity: { model },
      versions: {},
    });
  }

  /** Begins to work on a run, and loads its model once there is room. */
  function work(folder: string, signal?: AbortSignal) {
    const titles: string[] = [];
    let loaded = false;
    let end!: () => void;
    const done = new Promise<void>((resolve) => (end = resolve));
    const onEvent = (event: RunEvent): void => void (event.type === "phase" && titles.push(event.title));
    const ended = RunSession.perform(
      folder,
      async (session) => {
        await waitForMemory(session, memory);
        loaded = true;
        await done;
      },
      { onEvent, signal },
    );
    return { titles, ended, end, isLoaded: () => loaded };
  }

  async function until(what: () => boolean): Promise<void> {
    for (let wait = 0; !what(); wait++) {
      assert(wait < 300, "waited in vain");
      await sleep(10);
    }
  }

  it("lets models work side by side that fit together, and makes a further one wait for those before it", async () => {
    const first = work(await run("a", 60));
    await until(first.isLoaded);
    const second = work(await run("b", 40));
    await until(second.isLoaded);
    const third = work(await run("c", 50));
    await until(() => third.titles.length > 0);
    assert.match(
      third.titles[0]!,
      /^Waits for \S+-a, \S+-b: its model and this one take 150 B, and the memory has 100 B/,
    );
    first.end();
    await first.ended;
    await until(third.isLoaded);
    second.end();
    third.end();
    await Promise.all([second.ended, third.ended]);
  });

  it("counts a file that several processes map once, and lets a model run alone that is too large", async () => {
    const first = work(await run("a", 150));
    await until(first.isLoaded);
    first.end();
    await first.ended;
    const again = [work(await run("b", 60)), work(await run("b", 60))];
    await until(() => again.every(({ isLoaded }) => isLoaded()));
    again.forEach(({ end }) => end());
    await Promise.all(again.map(({ ended }) => ended));
  });

  it("stops waiting when it is cancelled", async () => {
    const first = work(await run("a", 60));
    await until(first.isLoaded);
    const stop = new AbortController();
    const second = work(await run("b", 60), stop.signal);
    await until(() => second.titles.length > 0);
    stop.abort(new CancelledError("Stopped."));
    await assert.rejects(second.ended, CancelledError);
    first.end();
    await first.ended;
  });
});
