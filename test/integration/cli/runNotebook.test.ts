import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportSchema } from "../../../src/core/reports/report.ts";

const root = join(import.meta.dirname, "../../..");
const model = join(root, "samples/models/stories260k.f32.gguf");

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("medley run, report and compare", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-notebook-"));
    await copyFile(model, join(folder, "a.gguf"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function start(...args: string[]): ChildProcess {
    return spawn(process.execPath, ["--import", "tsx", join(root, "src/cli/main.ts"), ...args], {
      cwd: root,
      env: { ...process.env, MEDLEY_RUNS: join(folder, "runs") },
    });
  }

  async function finish(child: ChildProcess): Promise<Outcome> {
    const texts = { stdout: "", stderr: "" };
    child.stdout!.on("data", (chunk) => (texts.stdout += String(chunk)));
    child.stderr!.on("data", (chunk) => (texts.stderr += String(chunk)));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, ...texts };
  }

  const medley = (...args: string[]) => finish(start(...args));
  const cell = (yaml: string) => `\`\`\`mcqa\n${yaml}\n\`\`\`\n`;
  const notebook = () => join(folder, "study.mcqa.md");
  const runs = () => readdir(join(folder, "runs")).then((names) => names.filter((name) => !name.startsWith(".")));

  it("evaluates every cell, writes results and comparisons under them, passes over errors, and repeats nothing", async () => {
    // A change in the metadata that the model does not use gives another file with the same numbers.
    const bytes = await readFile(model);
    const name = bytes.indexOf("general.name");
    bytes.write("generel.name", name);
    await writeFile(join(folder, "b.gguf"), bytes);
    const text = [
      "# Study\n",
      cell("benchmark: sample-medqa-4\nmodels: [a.gguf, b.gguf]\nlimit: 6\nthreads: 1"),
      cell("benchmark: sample-medqa-4\nmodels: a.gguf\nbenchmarks: x"),
      cell("benchmark: sample-medqa-5\nmodels: a.gguf"),
      cell("benchmark: sample-medqa-4\nmodels: a.gguf\nlimit: 6\nprotocol: biomistral\nshots: 0\nthreads: 1"),
      "The end.\n",
    ].join("\n");
    await writeFile(notebook(), text);

    const check = await medley("run", notebook(), "--check");
    assert.equal(check.code, 2);
    assert.match(check.stderr, /Cell 1 \(line 4\) is right\.\n.*a\.gguf.*: 6 items\n.*b\.gguf/);
    assert.match(check.stderr, /study\.mcqa\.md:13:1 \(benchmarks\): Unknown key "benchmarks"/);
    assert.match(check.stderr, /Cell 3 of .*passed over\.\n.*There is no benchmark "sample-medqa-5"/);
    assert.equal(await readFile(notebook(), "utf8"), text);

    const first = await medley("run", notebook());
    assert.equal(first.code, 2, first.stderr);
    const saved = await readFile(notebook(), "utf8");
    assert.equal(saved.replace(/\n<!-- medley:result[^]*?\/medley:result -->\n/g, ""), text);
    const results = [...saved.matchAll(/<!-- medley:result runs=(\S+)[^]*?\/medley:result -->/g)];
    assert.equal(results.length, 2);
    assert.equal(results[0]![1]!.split(",").length, 2);
    assert.match(
      results[0]![0],
      /\| a\.gguf \| sample-medqa-4 \| accuracy \| (0\.\d{3}) \|[^]*\| b\.gguf \| sample-medqa-4 \| accuracy \| \1 \|/,
    );
    assert.match(results[0]![0], /\| sample-medqa-4 \| a\.gguf \| b\.gguf \| 6 \| .* \| 0 \| 0 \| 1\.0000 \|/);
    assert.match(results[1]![0], /biomistral/);
    assert.match(first.stdout, /p \(Holm\)/);
    assert.equal((await runs()).length, 3);

    const second = await medley("run", notebook(), "--only", "1", "--only", "4", "--json");
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stderr, /Evaluated before/);
    assert.equal(await readFile(notebook(), "utf8"), saved);
    assert.equal((await runs()).length, 3);
    const [report] = JSON.parse(second.stdout) as { cell: number; folders: string[] }[];
    assert.equal(reportSchema.parse(report).comparison!.pairs[0]!.difference, 0);

    const [a, b] = report!.folders;
    const compared = await medley("compare", a!, b!, "--format", "csv");
    assert.equal(compared.code, 0, compared.stderr);
    assert.match(compared.stdout, /^benchmark,first,second,n,.*\nsample-medqa-4,a\.gguf,b\.gguf,6,/);
    assert.equal((await medley("compare", a!, a!)).code, 5);
    assert.equal((await medley("report", a!, "--format", "lm-eval")).code, 2);
    const reported = await medley("report", a!, "--format", "lm-eval", "--output", join(folder, "lm"));
    assert.equal(reported.code, 0, reported.stderr);
    assert.equal((await readdir(join(folder, "lm", "a.gguf"))).length, 2);
  });

  it("stops cleanly when it is interrupted, keeps finished cells, and goes on where it was", async function () {
    if (process.platform === "win32") this.skip();
    const target = join(folder, "results.mcqa.md");
    const text = [
      cell("benchmark: sample-medqa-4\nmodels: a.gguf\nlimit: 2\nthreads: 1"),
      cell("benchmark: sample-mmlu-medical_genetics\nmodels: a.gguf\nthreads: 1\nprotocol: medilora"),
    ].join("\n");
    await writeFile(notebook(), text);
    const child = start("run", notebook(), "--output", target);
    let seen = "";
    child.stderr!.on("data", (chunk) => {
      seen += String(chunk);
      if (!child.killed && /Cell 2[^]*\/\d+ items/.test(seen)) child.kill("SIGINT");
    });
    const stopped = await finish(child);
    assert.equal(stopped.code, 130, stopped.stderr);
    assert.match(stopped.stderr, /goes on where it was stopped/);
    assert.equal((await readFile(target, "utf8")).match(/medley:result runs/g)?.length, 1);
    assert.equal(await readFile(notebook(), "utf8"), text);
    assert.equal((await runs()).length, 2);
    const resumed = await medley("run", notebook(), "--only", "2");
    // Some prompts do not fit the model's 512 tokens: the run finishes, and the exit status says that items failed.
    assert.equal(resumed.code, 6, resumed.stderr);
    assert.match(resumed.stderr, /Continuing the run in/);
    assert.match(
      await readFile(notebook(), "utf8"),
      /\| a\.gguf \| sample-mmlu-medical\\_genetics \| accuracy \| .* \| 20 \|/,
    );
    assert.equal((await runs()).length, 2);
  });
});
