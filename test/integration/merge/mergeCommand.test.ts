import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openCheckpoint } from "../../../src/node/checkpoint/checkpoint.ts";
import { readManifest } from "../../../src/node/runs/runFolder.ts";
import { cli, startCli } from "../../support/cli.ts";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";

const shape = { layers: 12, hidden: 64, intermediate: 128, vocabulary: 300 };
/** Small models, and so many steps for each tensor that there is time to interrupt it. */
const slow = `merge_method: karcher
models: [{ model: one }, { model: two }]
parameters: { max_iter: 8000, tol: 0 }
dtype: float32
`;

describe("medley merge", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-merge-command-"));
    await writeRandomCheckpoint(join(folder, "one"), shape, 1);
    await writeRandomCheckpoint(join(folder, "two"), shape, 2);
    await writeFile(join(folder, "slow.yml"), slow);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const options = ["--runs", "runs", "--threads", "1", "--out-shard-size", "250k"];
  const check = async (output: string) => {
    const { tensors } = await openCheckpoint(join(folder, output));
    assert.equal(tensors.size, 3 + shape.layers * 9);
  };

  it("shows what it would do, layer by layer", async () => {
    const { code, stdout } = await cli(["merge", "slow.yml", "--plan"], { cwd: folder });
    assert.equal(code, 0);
    assert.match(stdout, /estimated time/);
    assert.match(stdout, /^layers 0 to 11 +one layers 0 to 11; two layers 0 to 11 +max_iter 8000, tol 0$/m);
  });

  it("stops at Ctrl+C, says how to go on, and goes on with the shards that it finished", async () => {
    const { child, result } = startCli(["merge", "slow.yml", "stopped", ...options], { cwd: folder });
    const finished = await firstShard(join(folder, "stopped"), () => child.exitCode !== null);
    child.kill("SIGINT");
    const { code, stderr } = await result;
    assert.equal(code, 130);
    assert.match(stderr, /Continue with: medley runs resume/);
    assert.ok(!(await readdir(join(folder, "stopped"))).includes("config.json"));
    const before = await stat(finished);
    const resumed = await cli(["runs", "resume", "latest", "--runs", "runs"], { cwd: folder });
    assert.equal(resumed.code, 0, resumed.stderr);
    await check("stopped");
    const first = (await readdir(join(folder, "stopped"))).filter((name) => name.endsWith(".safetensors")).sort()[0]!;
    const after = await stat(join(folder, "stopped", first));
    assert.deepEqual([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
  });

  it("records the checksums of the weights when it is asked to", async () => {
    await writeFile(join(folder, "mean.yml"), slow.replace("max_iter: 8000, ", ""));
    const args = ["merge", "mean.yml", "hashed", "--hash", "--json", "--runs", "hashed-runs"];
    const { code, stdout, stderr } = await cli(args, { cwd: folder });
    assert.equal(code, 0, stderr);
    const { run } = JSON.parse(stdout) as { run: string };
    const { inputs } = await readManifest(resolve(folder, run));
    const expected = await Promise.all(
      ["one", "two"].map(async (name) => {
        const file = await readFile(join(folder, name, "model.safetensors"));
        return [name, file.length, createHash("sha256").update(file).digest("hex")];
      }),
    );
    const models = inputs.filter(({ role }) => role === "model");
    assert.deepEqual(
      models.map(({ name, bytes, sha256 }) => [name, bytes, sha256]),
      expected,
    );
    assert.equal(inputs[0]!.role, "configuration");
  });

  it("works in the background, and is followed from there", async () => {
    const detached = await cli(["merge", "slow.yml", "detached", "--detach", ...options], { cwd: folder });
    assert.equal(detached.code, 0, detached.stderr);
    const [, run] = /medley runs follow (\S+)/.exec(detached.stderr)!;
    const { code, stderr } = await cli(["runs", "follow", run!, "--runs", "runs"], { cwd: folder });
    assert.equal(code, 0, stderr);
    await check("detached");
  });
});

/** Waits for a finished shard in the hidden folder that a merge works in. @returns its path */
async function firstShard(output: string, ended: () => boolean): Promise<string> {
  for (;;) {
    const names = await readdir(output, { recursive: true }).catch(() => []);
    const shard = names.filter((name) => /model-00001-of-\d+\.safetensors$/.test(name))[0];
    if (shard !== undefined) return join(output, shard);
    if (ended()) throw new Error("It ended before it was interrupted.");
    await delay(20);
  }
}
