import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { appendFile, copyFile, cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EvaluationSummary } from "../../src/core/evaluation/summary/evaluationSummary.ts";
import type { ItemRecord } from "../../src/core/runs/itemRecord.ts";
import { PythonRandom } from "../../src/core/random/pythonRandom.ts";
import { readEvents } from "../../src/node/runs/followRun.ts";
import { listRuns, readManifest } from "../../src/node/runs/runFolder.ts";
import { itemRows } from "../node/runs/itemRows.ts";
import { cli, repository, startCli, type StartedCli } from "../support/cli.ts";
import { until } from "../support/until.ts";

const model = join(repository, "samples/models/stories260k.f32.gguf");
const items = 120;
/** So many that a quick machine still has some left at the last kill. */
const manyItems = 3 * items;
const kills = 20;

/** Rows without what differs from one evaluation to the next: the cost. */
function comparable(rows: readonly ItemRecord[]): object[] {
  return rows.map(({ evaluatedTokens: _tokens, milliseconds: _time, ...row }) => row);
}

/** A summary without the cost, for the same reason. */
async function comparableSummary(folder: string): Promise<object> {
  const summary = JSON.parse(await readFile(join(folder, "summary.json"), "utf8")) as EvaluationSummary;
  const { cost: _cost, benchmarks, ...rest } = summary;
  return { ...rest, benchmarks: benchmarks.map(({ cost: _benchmarkCost, ...benchmark }) => benchmark) };
}

/** Complete lines of items.jsonl of the only run in a folder of runs; none while there is no run. */
function rowsOf(root: string): string[] {
  const [name] = existsSync(root) ? readdirSync(root).filter((entry) => !entry.startsWith(".")) : [];
  const path = join(root, name ?? "", "items.jsonl");
  if (name === undefined || !existsSync(path)) return [];
  return readFileSync(path, "utf8").split("\n").slice(0, -1);
}

async function onlyRun(root: string): Promise<string> {
  const runs = await listRuns(root);
  assert.equal(runs.length, 1);
  return runs[0]!.folder;
}

/** Until there are so many rows; at once when the process ends before. */
async function untilRows(root: string, count: number, { child }: StartedCli): Promise<void> {
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  await until(`${count} rows`, () => hasEnded() || rowsOf(root).length >= count);
}

function isRunning(pid: number): boolean {
  try {
    // A zombie is a process that has ended.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

describe("faults in an evaluation", function () {
  let folder: string;
  let reference: string;
  let largeReference: string;
  const evaluate = (root: string, ...more: string[]) => [
    "eval",
    "--model",
    model,
    "--benchmark",
    "sample",
    "--threads",
    "1",
    "--gpu",
    "none",
    "--runs",
    root,
    ...more,
  ];

  /** The sample and questions of our own beside it. */
  const evaluateMore = (root: string) => evaluate(root, "--benchmark", join(folder, "more.jsonl"));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-faults-"));
    const choice = { options: ["Heart", "Liver", "Lung", "Spleen"], answer: "A" };
    const more = Array.from({ length: manyItems - items }, (_, id) => ({ question: `Where is ${id}?`, ...choice }));
    await writeFile(join(folder, "more.jsonl"), more.map((each) => `${JSON.stringify(each)}\n`).join(""));
    const undisturbed = async (root: string, args: readonly string[]): Promise<string> => {
      const { code, stderr } = await cli(args);
      assert.equal(code, 0, stderr);
      return await onlyRun(root);
    };
    const roots = ["reference", "large-reference"].map((name) => join(folder, name)) as [string, string];
    reference = await undisturbed(roots[0], evaluate(roots[0]));
    largeReference = await undisturbed(roots[1], evaluateMore(roots[1]));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function assertEqualsReference(root: string, expected = reference): Promise<void> {
    const run = await onlyRun(root);
    assert.equal((await readManifest(run)).state, "finished");
    assert.deepEqual(comparable(await itemRows(run)), comparable(await itemRows(expected)));
    assert.deepEqual(await comparableSummary(run), await comparableSummary(expected));
    const left = readdirSync(run).filter((name) => name.endsWith(".tmp") || name === "lock");
    assert.deepEqual(left, []);
  }

  it("is the same after kill -9 of the command at 20 random moments", async () => {
    const root = join(folder, "killed-command");
    const random = new PythonRandom(1);
    let kept: string[] = [];
    for (let kill = 0; kill < kills; kill++) {
      const started = startCli(evaluateMore(root));
      // Half of the kills hit at a random time, perhaps while it starts; half just after a row was written.
      if (kill % 2 === 0) await sleep(random.random() * 1500);
      else await untilRows(root, kept.length + 1 + Math.floor(random.random() * 8), started);
      const hosts = childrenOf(started.child.pid!);
      started.child.kill("SIGKILL");
      await started.result;
      const rows = rowsOf(root);
      assert.deepEqual(rows.slice(0, kept.length), kept, "rows of an earlier session were changed");
      const keys = rows.map((row) => JSON.parse(row) as ItemRecord).map((row) => `${row.benchmark} ${row.item}`);
      assert.equal(new Set(keys).size, rows.length, "an item was evaluated twice");
      kept = rows;
      await until("the end of the model host, which the command left", () => !hosts.some(isRunning));
    }
    assert(kept.length < manyItems, "it finished before it was killed often enough");
    const { code, stderr } = await cli(evaluateMore(root));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Continuing the run/);
    await assertEqualsReference(root, largeReference);
    const final = new Set(rowsOf(root));
    assert(
      kept.every((row) => final.has(row)),
      "a row was lost, or its item evaluated again",
    );
  });

  it("is the same after kill -9 of the model host at 20 random moments", async () => {
    const root = join(folder, "killed-host");
    const random = new PythonRandom(2);
    const started = startCli(evaluateMore(root));
    for (let kill = 0; kill < kills; kill++) {
      // All items that were with the host come through before the next kill: one that ends it three times is given up.
      await untilRows(root, rowsOf(root).length + 5, started);
      await sleep(random.random() * 20);
      assert.equal(started.child.exitCode, null, "it finished before its host was killed often enough");
      const host = childrenOf(started.child.pid!).find(isRunning);
      if (host !== undefined) process.kill(host, "SIGKILL");
      else kill--;
    }
    const { code, stderr } = await started.result;
    assert.equal(code, 0, stderr);
    await assertEqualsReference(root, largeReference);
    const warnings = (await readEvents(await onlyRun(root))).filter(
      (event) => event.type === "warning" && event.code === "model.hostEnded",
    );
    assert.equal(warnings.length, kills);
  });

  it("stops cleanly at Ctrl-C, says how to go on, and goes on", async () => {
    const root = join(folder, "interrupted");
    const started = startCli(evaluate(root));
    await untilRows(root, 20, started);
    // A terminal sends it to every process of the command.
    process.kill(-started.child.pid!, "SIGINT");
    const { code, stderr, stdout } = await started.result;
    assert.equal(code, 130);
    assert.match(stderr, /everything that was computed is kept/);
    assert.match(stderr, /Continue with the same command, or with: medley runs resume /);
    assert.doesNotMatch(stderr, /host ended/);
    assert.equal(stdout, "");
    const run = await onlyRun(root);
    assert.equal((await readManifest(run)).state, "cancelled");
    const rows = rowsOf(root).length;
    assert(rows >= 20 && rows < items);
    const resumed = await cli(["runs", "resume", run]);
    assert.equal(resumed.code, 0, resumed.stderr);
    await assertEqualsReference(root);
  });

  it("ends at once at a second Ctrl-C, and loses nothing by it", async () => {
    const root = join(folder, "interrupted-twice");
    const started = startCli(evaluate(root));
    await untilRows(root, 10, started);
    const hosts = childrenOf(started.child.pid!);
    process.kill(started.child.pid!, "SIGSTOP");
    process.kill(-started.child.pid!, "SIGINT");
    process.kill(-started.child.pid!, "SIGTERM");
    process.kill(started.child.pid!, "SIGCONT");
    assert.equal((await started.result).code, 130);
    await until("the end of the model host", () => !hosts.some(isRunning));
    assert.equal((await cli(evaluate(root))).code, 0);
    await assertEqualsReference(root);
  });

  it("refuses a second process in the same run folder, and names the first", async () => {
    const root = join(folder, "twice");
    const first = startCli(evaluate(root));
    await untilRows(root, 5, first);
    const second = await cli(evaluate(root));
    assert.equal(second.code, 5);
    assert.match(second.stderr, new RegExp(`Another process works on this run: process ${first.child.pid}`));
    const third = await cli(["runs", "resume", "latest", "--runs", root]);
    assert.equal(third.code, 5);
    assert.equal((await first.result).code, 0);
    await assertEqualsReference(root);
  });

  it("is cancelled from another process, and works in the background", async () => {
    const root = join(folder, "background");
    const detached = await cli(evaluate(root, "--detach"));
    assert.equal(detached.code, 0, detached.stderr);
    const follower = startCli(["runs", "follow", "latest", "--runs", root]);
    await untilRows(root, 5, follower);
    const cancelled = await cli(["runs", "cancel", "latest", "--runs", root]);
    assert.equal(cancelled.code, 0, cancelled.stderr);
    assert.match((await follower.result).stdout, /cancelled/);
    assert(rowsOf(root).length < items);
    assert.equal((await cli(["runs", "resume", "latest", "--runs", root, "--detach"])).code, 0);
    const followed = await cli(["runs", "follow", "latest", "--runs", root, "--json"]);
    const types = followed.stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    assert.equal(types.filter((type) => type === "started").length, 2);
    assert.equal(types.at(-1), "finished");
    await assertEqualsReference(root);
  });

  it("shows a run whose background process was killed as interrupted", async () => {
    const root = join(folder, "background-killed");
    await cli(evaluate(root, "--detach"));
    const run = await onlyRun(root);
    await until("5 rows", () => rowsOf(root).length >= 5);
    const [event] = await readEvents(run);
    assert(event?.type === "started");
    process.kill(event.pid, "SIGKILL");
    await until("the end of the process", () => !isRunning(event.pid));
    const listed = await cli(["runs", "--runs", root]);
    assert.match(listed.stdout, /interrupted/);
    assert.equal((await cli(evaluate(root))).code, 0);
    await assertEqualsReference(root);
  });

  it("says that it has finished and shows the result again, unless --new is given", async () => {
    const root = join(folder, "again");
    await cp(join(folder, "reference"), root, { recursive: true });
    const before = statSync(join(await onlyRun(root), "items.jsonl")).mtimeMs;
    const again = await cli(evaluate(root));
    assert.equal(again.code, 0);
    assert.match(again.stderr, /Evaluated before, in /);
    assert.match(again.stdout, /sample-medqa-4/);
    assert.equal(statSync(join(await onlyRun(root), "items.jsonl")).mtimeMs, before);
    assert.equal((await cli(evaluate(root, "--new", "--limit", "1"))).code, 0);
    assert.equal((await listRuns(root)).length, 2);
  });

  it("starts a new run for a changed model, and says why", async () => {
    const root = join(folder, "changed");
    const copy = join(folder, "model.gguf");
    await copyFile(model, copy);
    const args = [...evaluate(root, "--limit", "2"), "--model", copy].filter((arg) => arg !== model);
    const command = args.filter((arg, index) => !(arg === "--model" && args[index + 1] === "--benchmark"));
    assert.equal((await cli(command)).code, 0);
    const bytes = await readFile(copy);
    bytes[bytes.length - 2]! ^= 1;
    await writeFile(copy, bytes);
    const second = await cli(command);
    assert.equal(second.code, 0, second.stderr);
    assert.match(
      second.stderr,
      /A new run begins, because this changed since \S+: model \([0-9a-f]{8} → [0-9a-f]{8}\)\./,
    );
    assert.equal((await listRuns(root)).length, 2);
  });

  it("repairs a torn row", async () => {
    const root = join(folder, "torn");
    await interruptAfter(root, 15);
    const path = join(await onlyRun(root), "items.jsonl");
    await truncate(path, statSync(path).size - 17);
    const rows = rowsOf(root).length;
    await appendFile(path, '{"v":1,"benchmark":"sam\u00e9'.slice(0, 22));
    assert(rows >= 14);
    assert.equal((await cli(evaluate(root))).code, 0);
    await assertEqualsReference(root);
  });

  it("names a damaged row, and takes it up again once it is deleted", async () => {
    const root = join(folder, "damaged-row");
    await interruptAfter(root, 5);
    const path = join(await onlyRun(root), "items.jsonl");
    const [first, second, ...rest] = rowsOf(root);
    await writeFile(path, [first, second!.slice(9), ...rest, ""].join("\n"));
    const refused = await cli(evaluate(root));
    assert.equal(refused.code, 5);
    assert.match(refused.stderr, /items\.jsonl:2: The line is damaged/);
    await writeFile(path, [first, ...rest, ""].join("\n"));
    assert.equal((await cli(evaluate(root))).code, 0);
    await assertEqualsReference(root);
  });

  it("names a damaged manifest", async () => {
    const root = join(folder, "damaged-manifest");
    await interruptAfter(root, 5);
    const run = await onlyRun(root);
    await writeFile(join(run, "run.json"), '{"v":1,"kind":');
    const refused = await cli(["runs", "resume", run]);
    assert.equal(refused.code, 5);
    assert.match(refused.stderr, /run\.json: The run's manifest is damaged/);
    const evaluated = await cli(evaluate(root));
    assert.equal(evaluated.code, 0);
    assert.match(evaluated.stderr, /Left out of the search for earlier runs: .*run\.json/);
    assert.equal((await listRuns(root)).length, 2);
  });

  it("stops where files may not grow further, and goes on once they may", async () => {
    const root = join(folder, "limited");
    // The limit on file size fails a write in the middle of a row, as a full disk does, and needs no rights.
    const limited = await cli(evaluate(root), { wrap: ["bash", "-c", 'ulimit -f 24; exec "$@"', "bash"] });
    assert.equal(limited.code, 5, limited.stderr);
    assert.match(limited.stderr, /cannot be written: .*limit/);
    assert.match(limited.stderr, /the same command continues it/);
    const rows = rowsOf(root).length;
    assert(rows > 0 && rows < items);
    assert.equal((await cli(evaluate(root))).code, 0);
    await assertEqualsReference(root);
  });

  it("stops on a full disk, and goes on once there is space", async function () {
    const root = join(folder, "small-disk");
    await mkdir(root);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "medley-test", root], { stdio: "ignore" });
    } catch {
      // Without the right to mount, the test before this one has to do.
      this.skip();
    }
    try {
      const full = await cli(evaluate(root));
      assert.equal(full.code, 5, full.stderr);
      assert.match(full.stderr, /the disk is full/);
      assert.match(full.stderr, /Free some space, then resume the run/);
      const rows = rowsOf(root);
      assert(rows.length > 0 && rows.length < items);
      execFileSync("mount", ["-o", "remount,size=16m", root]);
      assert.equal((await cli(evaluate(root))).code, 0);
      const final = new Set(rowsOf(root));
      assert(rows.every((row) => final.has(row)));
      await assertEqualsReference(root);
    } finally {
      execFileSync("umount", [root]);
    }
  });

  async function interruptAfter(root: string, rows: number): Promise<void> {
    const started = startCli(evaluate(root));
    await untilRows(root, rows, started);
    started.child.kill("SIGKILL");
    await started.result;
  }
});
