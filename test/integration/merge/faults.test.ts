import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setImmediate as immediate, setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { performMerge, prepareMerge } from "../../../src/node/merge/mergeModels.ts";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";
import { readMerges } from "../../support/readMerges.ts";

const cli = fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const shape = { layers: 6, hidden: 256, intermediate: 1024, vocabulary: 8000 };

const configuration = `merge_method: dare_ties
base_model: base
models:
  - model: one
    parameters: {weight: 0.5, density: [0.3, 0.9]}
  - model: two
    parameters: {weight: 0.7, density: 0.5}
dtype: bfloat16
`;

/** What each process writes to its standard error until it ends. */
const said = new WeakMap<ChildProcess, Promise<string>>();

describe("a merge that is disturbed", function () {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-faults-"));
    for (const [seed, name] of ["base", "one", "two"].entries()) {
      await writeRandomCheckpoint(join(folder, name), shape, seed + 1);
    }
    await writeFile(join(folder, "merge.yml"), configuration);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const medley = (args: readonly string[], limits = ""): ChildProcess => {
    const command = [process.execPath, "--import", loader, cli, ...args].map((part) => `'${part}'`).join(" ");
    const child = spawn("sh", ["-c", `${limits} exec ${command}`], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    // From the start: what nobody reads is thrown away when the process ends.
    said.set(child, text(child.stderr));
    return child;
  };
  const merge = (output: string) => [
    "merge",
    "merge.yml",
    output,
    "--seed",
    "7",
    "--out-shard-size",
    "3M",
    "--threads",
    "2",
    "--runs",
    `runs-${output}`,
  ];

  it("gives the same bytes after kill -9 at any moment", async () => {
    assert.equal(await exitOf(medley(merge("whole"))), 0);
    const expected = await hashes(join(folder, "whole"));
    assert.ok(expected.size >= 10, "several shards");
    let interruptions = 0;
    for (let attempt = 0; attempt < 3; attempt++) {
      const output = `killed${attempt}`;
      let child = medley(merge(output));
      for (let kill = 0; kill < 4; kill++) {
        await shardsFinished(join(folder, output), child, kill * 2);
        await delay(Math.random() * 60);
        if (child.exitCode === null) {
          child.kill("SIGKILL");
          await once(child, "close");
          interruptions++;
        }
        if (child.exitCode !== null) break;
        child = medley(["runs", "resume", "latest", "--runs", `runs-${output}`]);
      }
      const [code, errors] = await outcomeOf(child);
      // The last kill may have come when all was done.
      assert.ok(code === 0 || errors.includes("The run has finished"), errors);
      assert.deepEqual(await hashes(join(folder, output)), expected);
    }
    assert.ok(interruptions >= 6, `only ${interruptions} merges were killed`);
  });

  it("replaces a model whole after kill -9 while shards are written, after the last one, and in the renames", async () => {
    await rm(join(folder, "whole"), { recursive: true, force: true });
    assert.equal(await exitOf(medley(merge("whole"))), 0);
    const expected = await hashes(join(folder, "whole"));
    const old = await hashes(join(folder, "one"));
    const output = (file: string) => join(folder, "replaced", file);
    const staged = async () => (await readdir(output(".medley-staging")).catch((): string[] => [])).sort();
    const phases = {
      writing: async () => (await staged()).filter((name) => name.endsWith(".safetensors")).length >= 3,
      "all shards": async () => (await staged()).includes("model.safetensors.index.json"),
      renames: () => Promise.resolve(!existsSync(output("config.json"))),
    };
    for (const [phase, isReached] of Object.entries(phases)) {
      // The last phases are short: a merge that was quicker than the look at it is begun anew.
      for (let child: ChildProcess | undefined; child?.signalCode !== "SIGKILL";) {
        await rm(join(folder, "replaced"), { recursive: true, force: true });
        await rm(join(folder, "runs-replaced"), { recursive: true, force: true });
        await cp(join(folder, "one"), join(folder, "replaced"), { recursive: true });
        child = medley([...merge("replaced"), "--overwrite"]);
        while (child.exitCode === null && !(await isReached())) await immediate();
        child.kill("SIGKILL");
        const [code, errors] = await outcomeOf(child);
        assert.ok(code === null || code === 0, errors);
        if (code === 0) assert.deepEqual(await hashes(join(folder, "replaced")), expected, phase);
      }
      const left = await hashes(join(folder, "replaced"));
      if (phase === "renames") assert.ok(!left.has("config.json"), "nothing may be taken for a model");
      else if (phase === "writing") assert.deepEqual(left, old);
      const resumed = medley(["runs", "resume", "latest", "--runs", "runs-replaced", "--overwrite"]);
      assert.equal(await exitOf(resumed), 0, phase);
      assert.deepEqual(await hashes(join(folder, "replaced")), expected, phase);
      assert.deepEqual(await staged(), [], phase);
    }
  });

  it("leaves nothing that looks finished when the disk refuses to take more", async () => {
    // A limit on the size of files stands in for a full disk: the system refuses the same writes.
    const child = medley(["merge", "merge.yml", "full", "--seed", "7", "--runs", "runs-full"], "ulimit -f 4000;");
    const [code, errors] = await outcomeOf(child);
    assert.notEqual(code, 0);
    assert.match(errors, /cannot be written/);
    const names = await readdir(join(folder, "full"));
    assert.deepEqual(names, [".medley-staging"]);
    assert.equal(await exitOf(medley(["runs", "resume", "latest", "--runs", "runs-full"])), 0);
    assert.ok((await readdir(join(folder, "full"))).includes("config.json"));
  });

  it("leaves nothing that looks finished on a disk that is full", async function () {
    const disk = join(folder, "disk");
    await mkdir(disk);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=120m", "tmpfs", disk]);
    // Only root may mount, and a container may forbid it even to root; the limit on files above stands in then.
    if (mounted.status !== 0) return this.skip();
    try {
      const [entry] = readMerges(configuration);
      const options = { seed: 7, numerics: "classic", outShardSize: 3e6, allowMixedArchitectures: false } as const;
      const prepared = await prepareMerge(entry.merge, { folder }, options);
      // The room that is checked before the work is gone once it writes.
      const onPhase = async (phase: string) => (phase === "merge" ? fillUp(join(disk, "filler")) : undefined);
      const out = join(disk, "out");
      const merge = (phase = onPhase) =>
        performMerge(prepared, out, entry.text, { memory: 2 ** 30, threads: 1, overwrite: false, onPhase: phase });
      await assert.rejects(merge(), /cannot be written/);
      assert.deepEqual(await readdir(out), [".medley-staging"]);
      await rm(join(disk, "filler"));
      await merge(() => Promise.resolve(undefined));
      assert.deepEqual(await weightHashes(out), await weightHashes(join(folder, "whole")));
    } finally {
      spawnSync("umount", [disk]);
    }
  });

  it("refuses to replace a model unless it is asked to", async () => {
    const before = await weightHashes(join(folder, "whole"));
    const [code, text] = await outcomeOf(medley([...merge("whole"), "--numerics", "fp32"]));
    assert.notEqual(code, 0);
    assert.match(text, /already holds a model/);
    // The very merge that is there has nothing left to do.
    const [same] = await outcomeOf(medley(merge("whole")));
    assert.equal(same, 0);
    assert.deepEqual(await weightHashes(join(folder, "whole")), before);
  });

  it("says at once when the memory budget cannot be met", async () => {
    const [code, text] = await outcomeOf(medley([...merge("small"), "--memory", "100M"]));
    assert.notEqual(code, 0);
    assert.match(text, /Allow more with --memory/);
  });
});

/** Writes until the disk takes no more. */
async function fillUp(file: string): Promise<undefined> {
  const handle = await open(file, "w");
  try {
    for (;;) await handle.write(Buffer.alloc(1 << 20, 1));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
  } finally {
    await handle.close();
  }
}

async function weightHashes(folder: string): Promise<[string, string][]> {
  return [...(await hashes(folder))].filter(([name]) => name.endsWith(".safetensors"));
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code, errors] = await outcomeOf(child);
  if (code !== 0) console.error(errors);
  return code;
}

async function outcomeOf(child: ChildProcess): Promise<[number | null, string]> {
  const errors = await said.get(child)!;
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return [child.exitCode, errors];
}

/** Waits until so many shards are finished, or the process has ended. */
async function shardsFinished(output: string, child: ChildProcess, count: number): Promise<void> {
  while (child.exitCode === null) {
    const names = await readdir(join(output, ".medley-staging")).catch((): string[] => []);
    if (names.filter((name) => name.endsWith(".safetensors")).length >= count && names.length > 0) return;
    await delay(5);
  }
}

async function hashes(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of (await readdir(folder)).sort()) {
    if (name === "README.md" || name.startsWith(".")) continue;
    assert.ok((await stat(join(folder, name))).isFile(), name);
    found.set(
      name,
      createHash("sha256")
        .update(await readFile(join(folder, name)))
        .digest("hex"),
    );
  }
  return found;
}
