import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { FileError, RunError } from "../../../src/core/errors.ts";
import { earlierResults, OutputFolder, refuseResult, type OutputForm } from "../../../src/node/runs/outputFolder.ts";
import { crashAt } from "../../support/crashingFileSystem.ts";
import { useTemporaryFolder } from "./temporaryFolder.ts";

const form: OutputForm = {
  entry: "config.json",
  isResult: (name) => name === "config.json" || name.startsWith("shard"),
  isPart: (name) => name === "tokenizer.json",
};
const shards = ["shard1", "shard2", "shard3"];

describe("OutputFolder", function () {
  this.timeout(60_000);
  const root = useTemporaryFolder();
  const folder = () => join(root(), "out");

  /** What a run does, from the beginning or from where an earlier one was stopped. The content has the same size for all. */
  async function write(content: string, overwrite = false, stopAfter = Infinity): Promise<"written" | "complete"> {
    const output = await OutputFolder.open(folder(), { fingerprint: content, seed: 7 }, form, { overwrite });
    try {
      if (output.isComplete) return "complete";
      const kept = new Set<string>();
      for (const name of shards) if ((await output.stagedSize(name)) !== undefined) kept.add(name);
      await output.keepOnly(kept);
      for (const name of shards.filter((name) => !kept.has(name)).slice(0, stopAfter)) {
        await writeFile(output.unfinished(name), content);
        await output.finishFile(name);
      }
      if (stopAfter < shards.length) throw new Error("stopped");
      await output.writeFile("config.json", content);
      await output.commit();
      return "written";
    } finally {
      await output.close();
    }
  }

  /** The visible files with their content. */
  async function shown(): Promise<Record<string, string>> {
    const names = (await readdir(folder()).catch((): string[] => [])).filter((name) => !name.startsWith(".")).sort();
    const entries = names.map(async (name) => [name, await readFile(join(folder(), name), "utf8")] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  const result = (content: string) => ({ "config.json": content, shard1: content, shard2: content, shard3: content });

  async function writeOld(): Promise<void> {
    await write("old");
    for (const name of ["tokenizer.json", "shard4"]) await writeFile(join(folder(), name), "old");
    await writeFile(join(folder(), "notes.txt"), "mine");
  }

  /** A dead process leaves its lock behind, or what was to become it; the next one takes them away, but this one lives. */
  async function removeLock(): Promise<void> {
    const names = await readdir(folder()).catch((): string[] => []);
    for (const name of names.filter((name) => name.startsWith(".medley-lock"))) await rm(join(folder(), name));
  }

  for (const overwrite of [false, true]) {
    it(`holds the old result, the new one or none, wherever it is killed ${overwrite ? "over an old one" : "in an empty folder"}`, async () => {
      const seen = { old: 0, none: 0, new: 0 };
      for (let step = 0; ; step++) {
        await rm(folder(), { recursive: true, force: true });
        if (overwrite) await writeOld();
        const killed = await crashAt(step, () => write("new", overwrite));
        await removeLock();
        const files = await shown();
        const state = files["config.json"] ?? "none";
        assert.ok(state === "none" || state === "old" || state === "new");
        seen[state]++;
        const { "notes.txt": _notes, ...model } = files;
        if (state === "old") assert.deepEqual(model, { ...result("old"), shard4: "old", "tokenizer.json": "old" });
        if (state === "new") assert.deepEqual(model, result("new"));

        const again = await write("new", overwrite);
        assert.ok(again === "written" || state === "new" || (await recorded("new")), `step ${step}`);
        assert.deepEqual(await shown(), { ...result("new"), ...(overwrite ? { "notes.txt": "mine" } : {}) });
        assert.deepEqual(
          (await readdir(folder())).filter((name) => name.startsWith(".")),
          [".medley-output.json"],
        );
        assert.equal(await write("new", overwrite), "complete");
        if (!killed) break;
      }
      assert.ok(seen.none >= 4 && seen.new >= 2 && seen.old >= 10 === overwrite, JSON.stringify(seen));
    });
  }

  async function recorded(fingerprint: string): Promise<boolean> {
    return (await earlierResults(folder())).some((earlier) => earlier.fingerprint === fingerprint);
  }

  it("goes on after a kill while it goes on after a kill", async () => {
    let decided = 0;
    for (let first = 20; first < 50; first += 4) {
      for (let second = 1; second < 12; second += 3) {
        await rm(folder(), { recursive: true, force: true });
        await writeOld();
        await crashAt(first, () => write("new", true));
        await removeLock();
        if (!(await crashAt(second, () => write("new", true)))) break;
        decided++;
        await removeLock();
        await write("new", true);
        assert.deepEqual(await shown(), { ...result("new"), "notes.txt": "mine" });
      }
    }
    assert.ok(decided > 20, String(decided));
  });

  it("keeps the files that an interrupted session of the same result finished, and no others", async () => {
    await assert.rejects(write("one", false, 2), /stopped/);
    const path = join(folder(), ".medley-staging", "shard1");
    await utimes(path, 1, 1);
    await write("one");
    assert.deepEqual(await shown(), result("one"));
    await assert.rejects(write("two", true, 2), /stopped/);
    assert.deepEqual(await shown(), result("one"));
    await write("six", true);
    assert.deepEqual(await shown(), result("six"));
  });

  it("leaves what is on its way to another result alone while its own is complete", async () => {
    await write("one");
    await assert.rejects(write("two", true, 2), /stopped/);
    assert.equal(await write("one"), "complete");
    assert.deepEqual((await readdir(join(folder(), ".medley-staging"))).sort(), ["record.json", "shard1", "shard2"]);
  });

  it("takes a result for its own only while its files are what they were", async () => {
    await write("one");
    assert.equal(await write("one"), "complete");
    await writeFile(join(folder(), "shard2"), "two");
    await assert.rejects(write("one"), FileError);
    assert.equal(await write("one", true), "written");
    assert.deepEqual(await shown(), result("one"));
    await rm(join(folder(), "shard3"));
    await assert.rejects(write("one"), /already holds a model/);
  });

  it("carries out what an interrupted process decided before another result may replace it", async () => {
    await crashAt((await steps()) - 6, () => write("one"));
    await removeLock();
    assert.equal((await shown())["config.json"], undefined);
    await assert.rejects(refuseResult(folder(), form), /already holds a model/);
    await assert.rejects(write("two"), /already holds a model/);
    assert.deepEqual(await shown(), result("one"));
  });

  it("says so when a decided result was changed before it was in place", async () => {
    await crashAt((await steps()) - 6, () => write("one"));
    await removeLock();
    for (const name of await readdir(folder())) if (form.isResult(name)) await rm(join(folder(), name));
    await assert.rejects(write("one"), /The folder was changed while a result was being put there: shard\d is gone/);
    assert.equal(await write("one", true), "written");
    assert.deepEqual(await shown(), result("one"));
  });

  /** How many changes of the file system writing a result takes. */
  async function steps(): Promise<number> {
    let count = 0;
    while (await crashAt(count, () => write("one"))) {
      count++;
      await rm(folder(), { recursive: true, force: true });
    }
    await rm(folder(), { recursive: true, force: true });
    return count;
  }

  it("does not follow names in a record out of the folder", async () => {
    const staging = join(folder(), ".medley-staging");
    await mkdir(staging, { recursive: true });
    await writeFile(join(root(), "precious"), "");
    const files = [{ name: "../precious", bytes: 0, modified: "0" }];
    await writeFile(join(staging, "record.json"), JSON.stringify({ v: 1, fingerprint: "one", files }));
    await write("one");
    assert.deepEqual(await shown(), result("one"));
    assert.ok((await readdir(root())).includes("precious"));
  });

  it("is written by one process at a time, which it names with its run", async () => {
    const output = await OutputFolder.open(folder(), { fingerprint: "one", run: "/runs/first" }, form, {
      overwrite: false,
    });
    await assert.rejects(write("two"), (error: unknown) => {
      const holder = `Another process writes this folder: process ${process.pid} on ${hostname()}, since `;
      return (
        error instanceof RunError && error.message.startsWith(holder) && /for the run \/runs\/first/.test(error.message)
      );
    });
    await writeFile(join(folder(), ".medley-lock"), "stolen");
    await assert.rejects(output.commit(), /taken by another process/);
    await output.close();
  });

  it("does not take a copy for what it was copied from without looking at its files", async () => {
    await write("one");
    await cp(folder(), join(root(), "copy"), { recursive: true });
    await rm(folder(), { recursive: true });
    await cp(join(root(), "copy"), folder(), { recursive: true });
    await assert.rejects(write("one"), /already holds a model/);
  });
});
