import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, mkdir, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { CancelledError, ModelError, RunError } from "../../../src/core/errors.ts";
import type { RunEvent } from "../../../src/core/runs/events.ts";
import { followRun, readEvents } from "../../../src/node/runs/followRun.ts";
import { createRun, listRuns, readManifest, requestCancel, type NewRun } from "../../../src/node/runs/runFolder.ts";
import { RunSession } from "../../../src/node/runs/runSession.ts";
import { until } from "../../support/until.ts";
import { useTemporaryFolder } from "./temporaryFolder.ts";

const newRun: NewRun = {
  kind: "evaluation",
  title: "sample",
  configuration: { given: {}, resolved: {} },
  inputs: [],
  identity: { model: "a" },
  versions: { medley: "0" },
};

describe("run folder", () => {
  const root = useTemporaryFolder();

  function types(events: readonly RunEvent[]): string[] {
    return events.map((event) => event.type);
  }

  it("appears whole, under a name of its own even within one second", async () => {
    const folders = await Promise.all(Array.from({ length: 5 }, () => createRun(join(root(), "runs"), newRun)));
    assert.equal(new Set(folders).size, 5);
    const names = await readdir(join(root(), "runs"));
    assert.equal(names.length, 5);
    for (const name of names) assert.match(name, /^\d{8}-\d{6}-evaluation-sample(-\d)?$/);
    const manifest = await readManifest(folders[0]!);
    assert.equal(manifest.state, "created");
    assert.match(manifest.fingerprint, /^[0-9a-f]{64}$/);
  });

  it("is swept of what killed processes left half-written", async () => {
    const runs = join(root(), "runs");
    const folder = await createRun(runs, newRun);
    for (const name of ["run.json.17.tmp", "items.jsonl.18.tmp", "itemHashes.jsonl.18.tmp", "notes.19.tmp"])
      await writeFile(join(folder, name), "{");
    await RunSession.perform(folder, () => Promise.resolve());
    assert.deepEqual((await readdir(folder)).sort(), ["control", "events.jsonl", "notes.19.tmp", "run.json"]);
    await mkdir(join(runs, ".new-old", "control"), { recursive: true });
    await mkdir(join(runs, ".new-young"));
    await utimes(join(runs, ".new-old"), 1, 1);
    await createRun(runs, newRun);
    const hidden = (await readdir(runs)).filter((name) => name.startsWith("."));
    assert.deepEqual(hidden, [".new-young"]);
  });

  it("records a session from started to finished", async () => {
    const folder = await createRun(root(), newRun);
    await RunSession.perform(folder, async (session) => {
      assert.equal((await listRuns(root()))[0]!.state, "running");
      await session.emit({ type: "phase", phase: "work", title: "Working" });
      await session.emit({ type: "progress", phase: "work", done: { items: 1 }, total: { items: 2 } });
    });
    const events = await readEvents(folder);
    assert.deepEqual(types(events), ["started", "phase", "progress", "finished"]);
    assert(events.every((event, i) => i === 0 || event.elapsed >= events[i - 1]!.elapsed));
    const manifest = await readManifest(folder);
    assert.equal(manifest.state, "finished");
    assert.equal(manifest.sessions, 1);
    assert(manifest.ended !== undefined && manifest.started !== undefined && manifest.ended >= manifest.started);
    assert.deepEqual((await readdir(folder)).sort(), ["control", "events.jsonl", "run.json"]);
  });

  it("refuses a second process, and a finished run", async () => {
    const folder = await createRun(root(), newRun);
    await RunSession.perform(folder, async () => {
      await assert.rejects(
        RunSession.perform(folder, async () => undefined),
        /Another process works on this run/,
      );
    });
    await assert.rejects(
      RunSession.perform(folder, async () => undefined),
      /has finished/,
    );
  });

  it("stops when its control folder asks, and resumes later", async () => {
    const folder = await createRun(root(), newRun);
    await assert.rejects(
      RunSession.perform(folder, async (session) => {
        await requestCancel(folder);
        await until("the request to stop", () => session.signal.aborted);
        throw session.signal.reason;
      }),
      CancelledError,
    );
    assert.equal((await readManifest(folder)).state, "cancelled");
    await RunSession.perform(folder, async (session) => {
      await sleep(400);
      assert.equal(session.signal.aborted, false);
    });
    assert.equal((await readManifest(folder)).sessions, 2);
    assert.deepEqual(types(await readEvents(folder)), ["started", "finished", "started", "finished"]);
  });

  it("records why it failed, and forgets that when it is resumed", async () => {
    const folder = await createRun(root(), newRun);
    const error = new ModelError("The model is too large.", { hint: "Take a smaller one." });
    await assert.rejects(
      RunSession.perform(folder, () => Promise.reject(error)),
      error,
    );
    const { state, failure } = await readManifest(folder);
    assert.equal(state, "failed");
    assert.deepEqual(failure, { code: "model.unusable", message: error.message, hint: error.hint });
    assert.deepEqual(types(await readEvents(folder)), ["started", "error", "finished"]);
    await RunSession.perform(folder, async () => undefined);
    assert.equal((await readManifest(folder)).failure, undefined);
  });

  it("goes on at once for whoever sees how it ended, before its lock is gone", async () => {
    const folder = await createRun(root(), newRun);
    const error = new ModelError("The model is too large.");
    let again: Promise<void> | undefined;
    const onEvent = ({ type }: RunEvent) => {
      if (type === "finished") again = RunSession.perform(folder, () => Promise.resolve());
    };
    await assert.rejects(
      RunSession.perform(folder, () => Promise.reject(error), { onEvent }),
      error,
    );
    await again;
    const { state, sessions } = await readManifest(folder);
    assert.deepEqual([state, sessions], ["finished", 2]);
  });

  it("reads as interrupted when its process was killed, and its torn line is repaired", async () => {
    const folder = await createRun(root(), newRun);
    const script = `
      const { RunSession } = await import(${JSON.stringify(new URL("../../../src/node/runs/runSession.ts", import.meta.url).href)});
      await RunSession.perform(process.argv[1], async () => process.kill(process.pid, "SIGKILL"));`;
    const options = ["--import", "tsx", "--input-type=module", "-e", script, folder];
    await assert.rejects(promisify(execFile)(process.execPath, options), { signal: "SIGKILL" });
    assert.equal((await readManifest(folder)).state, "running");
    assert.equal((await listRuns(root()))[0]!.state, "interrupted");
    await appendFile(join(folder, "events.jsonl"), '{"v":1,"type":"progr');
    assert.deepEqual(types(await readEvents(folder)), ["started"]);
    await RunSession.perform(folder, async () => undefined);
    assert.deepEqual(types(await readEvents(folder)), ["started", "started", "finished"]);
  });

  it("is followed while it is written", async () => {
    const folder = await createRun(root(), newRun);
    const followed: RunEvent[] = [];
    const following = (async () => {
      for await (const event of followRun(folder)) followed.push(event);
    })();
    await RunSession.perform(folder, async (session) => {
      for (let i = 0; i < 20; i++) {
        await session.emit({ type: "log", level: "info", message: `line ${i}` });
        await sleep(15);
      }
    });
    await following;
    assert.deepEqual(followed, await readEvents(folder));
    assert.equal(followed.length, 22);
  });

  it("stops being followed when the follower asks", async () => {
    const folder = await createRun(root(), newRun);
    const stop = AbortSignal.timeout(100);
    for await (const _event of followRun(folder, { signal: stop })) assert.fail();
  });

  it("lists damaged runs with their problem, and nothing else", async () => {
    const folder = await createRun(root(), newRun);
    const damaged = await createRun(root(), newRun);
    await writeFile(join(damaged, "run.json"), "{");
    await mkdir(join(root(), "some-folder"));
    await writeFile(join(root(), "file"), "");
    const runs = await listRuns(root());
    assert.deepEqual(
      runs.map((run) => [run.folder, run.state, run.problem instanceof RunError]),
      [
        [folder, "created", false],
        [damaged, undefined, true],
      ],
    );
    await assert.rejects(readManifest(damaged), { code: "run.unusable" });
    await assert.rejects(readManifest(join(root(), "some-folder")), /not a run folder/);
    assert.deepEqual(await listRuns(join(root(), "absent")), []);
  });

  it("lists the others where a run's manifest is nested too deeply to be read", async () => {
    const folder = await createRun(root(), newRun);
    const deep = await createRun(root(), newRun);
    await writeFile(join(deep, "run.json"), '{"details":'.repeat(20_000) + "1" + "}".repeat(20_000));
    const runs = await listRuns(root());
    assert.deepEqual(
      runs.map((run) => [run.folder, run.problem?.code]),
      [
        [folder, undefined],
        [deep, "run.unusable"],
      ],
    );
  });

  it("stops, and writes no more, when its lock is taken away", async () => {
    const folder = await createRun(root(), newRun);
    await assert.rejects(
      RunSession.perform(folder, async (session) => {
        await rm(join(folder, "lock"));
        await until("the loss of the lock", () => session.signal.aborted);
        throw session.signal.reason;
      }),
      /lock was removed/,
    );
    assert.equal((await readManifest(folder)).state, "running");
    assert.deepEqual(types(await readEvents(folder)), ["started"]);
  });
});
