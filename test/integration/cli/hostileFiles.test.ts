import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli, repository } from "../../support/cli.ts";
import { sampleModel } from "../../node/evaluation/evaluationFixture.ts";
import { writeHostileFiles } from "../../support/hostileFiles.ts";

/** Sets the title of the window, rings, clears the screen and turns the writing direction around. */
const poison = (place: string): string => `${place}\u001b]0;T\u0007\u001b[2J\u009b31m\u202e`;

/** What is asked of the files, and a text of them that the answer holds. */
const commands: readonly (readonly [args: readonly string[], place: string])[] = [
  [["models", "."], "architecture"],
  [["models", ".", "--json"], "architecture"],
  [["eval", "cell.yml"], "key"],
  [["eval", "-m", "hostile.gguf", "-b", "sample", "--gpu", "none"], ""],
  [["eval", "-m", "hostile.gguf", "-b", "questions.jsonl"], ""],
  [["prompt", "-b", "questions.jsonl"], ""],
  [["merge", "hostile.merge.yml", "out", "--plan"], "modelName"],
  [["merge", "adapter.merge.yml", "out", "--plan"], "token"],
  [["merge", "brokenAdapter.merge.yml", "out", "--plan"], "brokenAdapter"],
  [["merge", "patternAdapter.merge.yml", "out", "--plan"], "rankPattern"],
  [["data", "check", "hostile.jsonl"], "unknownField"],
  [["data", "check", "hostile.csv"], "cellAnswer"],
  [["data", "check", "hostile.jsonl", "--json"], "unknownField"],
  [["prompt", "-b", "hostile.jsonl", "--shots", "1"], "context"],
  [["prompt", "-b", "hostile.jsonl", "-p", "meditron", "--shots", "0", "--json"], "otherOption"],
  [["eval", "-m", sampleModel, "-b", "hostile.jsonl", "--items", "absent"], "hostile.jsonl"],
  [["report", "20260102"], "notice"],
  [["report", "20260102", "--format", "markdown"], "notice"],
  [["report", "20260102", "--format", "csv"], "malformed"],
  [["report", "20260102", "--format", "latex"], "notice"],
  [["report", "20260102", "--format", "json"], "inputName"],
  [["report", "20260102", "--format", "lm-eval", "--output", "lm-eval"], ""],
  [["runs"], "title"],
  [["runs", "--json"], "title"],
  [["runs", "follow", "20260101"], "failure"],
  [["runs", "follow", "20260101", "--json"], "warning"],
  [["report", "runs/20260101-000000-evaluation-hostile"], ""],
  [["compare", "runs/20260101-000000-evaluation-hostile", poison("absent")], ""],
  [[poison("command")], "command"],
];

describe("the command line among files that nobody trusts", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-hostile-"));
    await writeHostileFiles(folder, poison);
    const key = JSON.stringify(poison("key"));
    await writeFile(join(folder, "cell.yml"), `benchmark: sample\nmodels: hostile.gguf\n${key}: 1\n`);
    const text = JSON.stringify({ [poison("field")]: poison("value"), question: poison("question") });
    await writeFile(join(folder, "questions.jsonl"), `${text}\n${poison("torn")}\n`);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [args, place] of commands) {
    it(`makes visible what a terminal would obey: ${args.join(" ").replace(/[^ -~]/g, "")}`, async () => {
      const { stdout, stderr } = await cli(args, { cwd: folder });
      const shown = stdout + stderr;
      assert.ok(shown.includes(place), shown);
      assert.doesNotMatch(shown.replace(/[\n\t]/g, ""), /[\p{Control}\u202A-\u202E\u2066-\u2069]/u);
    });
  }

  it("needs no network for an evaluation", async function () {
    const { status } = spawnSync("unshare", ["-n", "true"]);
    // Only root may take the network away from a process, and not in every container.
    if (status !== 0) return this.skip();
    const sample = join(repository, "samples/models/stories260k.f32.gguf");
    const args = ["eval", "-m", sample, "-b", "sample", "--limit", "2", "--gpu", "none", "--threads", "1"];
    const { code, stdout, stderr } = await cli(args, { cwd: folder, wrap: ["unshare", "-n"] });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /accuracy/);
  });
});
