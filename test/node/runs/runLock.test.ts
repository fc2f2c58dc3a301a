import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { RunError } from "../../../src/core/errors.ts";
import { thisProcess } from "../../../src/node/runs/processIdentity.ts";
import { lockHolder, RunLock } from "../../../src/node/runs/runLock.ts";
import { useTemporaryFolder } from "./temporaryFolder.ts";

describe("RunLock", () => {
  const folder = useTemporaryFolder();

  function writeLock(process: object, token = "old"): Promise<void> {
    const lock = { token, since: "2026-01-01T00:00:00.000Z", process };
    return writeFile(join(folder(), "lock"), JSON.stringify(lock));
  }

  it("is given to one holder and says who has it", async () => {
    const lock = await RunLock.acquire(folder());
    await assert.rejects(RunLock.acquire(folder()), (error: RunError) => {
      return error.code === "run.unusable" && error.message.includes(`process ${process.pid} on ${hostname()}`);
    });
    assert.equal((await lockHolder(folder()))?.process.pid, process.pid);
    await lock.release();
    assert.equal(await lockHolder(folder()), undefined);
    assert.deepEqual(await readdir(folder()), []);
    await (await RunLock.acquire(folder())).release();
  });

  it("is taken from a process that was killed", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log()"], { stdio: "pipe" });
    await once(child.stdout, "data");
    const own = thisProcess();
    await writeLock({ ...own, pid: child.pid, start: undefined });
    assert.equal((await lockHolder(folder()))?.process.pid, child.pid);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(await lockHolder(folder()), undefined);
    await (await RunLock.acquire(folder())).release();
  });

  it("is taken from a dead process whose number another one has now", async function () {
    if (process.platform !== "linux") return this.skip();
    await writeLock({ ...thisProcess(), pid: process.ppid, start: "1" });
    assert.equal(await lockHolder(folder()), undefined);
  });

  for (const [who, change] of [
    ["on another machine", { host: "elsewhere.example" }],
    ["before the machine's restart", { boot: "another boot" }],
    ["in another container", { namespace: "pid:[1]" }],
  ] as const) {
    it(`is left to a process ${who} until it has been silent for a minute`, async () => {
      await writeLock({ ...thisProcess(), ...change });
      await assert.rejects(RunLock.acquire(folder()), /Another process works on this run/);
      const longAgo = Date.now() / 1000 - 61;
      await utimes(join(folder(), "lock"), longAgo, longAgo);
      await (await RunLock.acquire(folder())).release();
    });

    it(`is not kept forever by a process ${who} whose clock was wrong`, async () => {
      await writeLock({ ...thisProcess(), ...change });
      const future = Date.now() / 1000 + 24 * 60 * 60;
      await utimes(join(folder(), "lock"), future, future);
      assert.equal(await lockHolder(folder()), undefined);
      await (await RunLock.acquire(folder())).release();
    });
  }

  it("shows that its holder lives by the time of the file system, and keeps its content", async () => {
    const lock = await RunLock.acquire(folder());
    const path = join(folder(), "lock");
    const content = await readFile(path, "utf8");
    await utimes(path, 1, 1);
    await lock.refresh();
    await writeFile(join(folder(), "probe"), "");
    const [touched, probe] = await Promise.all([stat(path), stat(join(folder(), "probe"))]);
    assert.ok(touched.mtimeMs > 1000 && touched.mtimeMs <= probe.mtimeMs);
    assert.equal(await readFile(path, "utf8"), content);
    await lock.release();
  });

  it("takes away what processes left that were killed while they took it", async () => {
    const lockOf = (process: object) => ({ token: "old", since: "2026-01-01T00:00:00.000Z", process });
    const dead = { ...thisProcess(), pid: 2 ** 22 - 1, start: undefined };
    await writeFile(join(folder(), "lock.dead.tmp"), JSON.stringify(lockOf(dead)));
    await writeFile(join(folder(), "lock.other.dead.tmp"), JSON.stringify(lockOf(dead)));
    await writeFile(join(folder(), "lock.alive.tmp"), JSON.stringify(lockOf(thisProcess())));
    await (await RunLock.acquire(folder())).release();
    assert.deepEqual(await readdir(folder()), ["lock.alive.tmp"]);
  });

  it("belongs to nobody when a crash of the machine left it empty", async () => {
    const path = join(folder(), "lock");
    await writeFile(path, "");
    await utimes(path, 1, 1);
    await (await RunLock.acquire(folder())).release();
  });

  it("goes to exactly one of many that find a dead one at once", async () => {
    for (let round = 0; round < 20; round++) {
      await writeLock({ ...thisProcess(), pid: 2 ** 22 - 1, start: undefined }, `dead ${round}`);
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => RunLock.acquire(folder())));
      const locks = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      const held = await Promise.allSettled(locks.map((lock) => lock.refresh()));
      assert.equal(held.filter((result) => result.status === "fulfilled").length, 1);
      await Promise.all(locks.map((lock) => lock.release()));
      assert.deepEqual(await readdir(folder()), []);
    }
  });

  it("tells its holder that it was taken away", async () => {
    const lock = await RunLock.acquire(folder());
    await writeLock({ ...thisProcess() }, "thief");
    await assert.rejects(lock.refresh(), { code: "run.unusable" });
    await lock.release();
    assert.match(await readFile(join(folder(), "lock"), "utf8"), /thief/);
  });
});
