import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { listRuns } from "../../../src/node/runs/runFolder.ts";
import { useTemporaryFolder } from "../../node/runs/temporaryFolder.ts";
import { repository } from "../../support/cli.ts";

/** A shell with `medley` as the command line. */
function shell(script: string, folder: string): { status: number | null; text: string } {
  const medley = `medley() { '${process.execPath}' '${join(repository, "dist/cli.js")}' "$@"; };`;
  const { status, stdout, stderr } = spawnSync("sh", ["-c", `${medley} ${script}`], { cwd: folder, encoding: "utf8" });
  return { status, text: stdout + stderr };
}

const model = join(repository, "samples/models/stories260k.f32.gguf");
const evaluate = `medley eval -m '${model}' -b sample --threads 1 --gpu none --runs runs`;

describe("a command that the system refuses something", function () {
  this.timeout(120_000);
  const folder = useTemporaryFolder();
  before(function () {
    if (process.platform === "win32") this.skip();
  });

  it("ends its run and frees the lock when nobody reads it any more", async () => {
    shell(`${evaluate} 2>&1 | head -n 1`, folder());
    const [run] = await listRuns(join(folder(), "runs"));
    assert.equal(run?.state, "cancelled");
    assert.ok(!existsSync(join(run.folder, "lock")));
    assert.equal(shell(evaluate, folder()).status, 0);
  });

  it("ends quietly when its output is a list", () => {
    assert.equal(shell("medley help | true; medley data list --json | head -n 1", folder()).text, "{\n");
  });

  it("says in a sentence that the output cannot be written", function () {
    if (!existsSync("/dev/full")) return this.skip();
    for (const command of ["medley data list", `${evaluate} --limit 1`]) {
      const { status, text } = shell(`${command} > /dev/full`, folder());
      assert.equal(status, 5);
      assert.match(text, /The output cannot be written: the disk is full\.\n/);
      assert.doesNotMatch(text, /defect| {4}at /);
    }
  });

  for (const [what, script, message] of [
    [
      "its folder was deleted",
      `mkdir gone; cd gone; rmdir ../gone; ${evaluate}`,
      /^The current folder was deleted\.\n/,
    ],
    [
      "its folder was deleted, also when it would only list it",
      "mkdir gone; cd gone; rmdir ../gone; medley models",
      /^The current folder was deleted\.\n/,
    ],
    ["too many files are open to load it", `ulimit -n 48; ${evaluate}`, /too many are open\.\nAllow more with: ulimit/],
    ["its runs are to be in /proc", evaluate.replace("--runs runs", "--runs /proc"), /\/proc: .*takes no files/],
    ["its runs are to be in a folder in /proc", evaluate.replace("--runs runs", "--runs /proc/x"), /takes no files/],
  ] as const) {
    it(`says in a sentence that ${what}`, function () {
      if (!existsSync("/proc/self")) return this.skip();
      const { status, text } = shell(script, folder());
      assert.ok(status === 3 || status === 5, text);
      assert.match(text, message);
      assert.doesNotMatch(text, /defect| {4}at /);
    });
  }
});
