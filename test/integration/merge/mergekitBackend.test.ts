import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CancelledError } from "../../../src/core/errors.ts";
import { prepareMergeRun } from "../../../src/node/merge/createMergeRun.ts";
import { readManifest } from "../../../src/node/runs/runFolder.ts";
import { performRun } from "../../../src/node/runs/performRun.ts";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";
import { until } from "../../support/until.ts";
import { useTemporaryFolder } from "../../node/runs/temporaryFolder.ts";

/**
 * Stands in for mergekit, which is too large to install for tests: it takes the same command line, draws the same progress
 * and writes a folder. What it cannot show is that mergekit itself still understands those options.
 */
const standIn = `import json, os, sys, time
def main():
    config, out = sys.argv[1], sys.argv[2]
    os.makedirs(out, exist_ok=True)
    open(os.path.join(out, "begun"), "w").close()
    with open("arguments.json", "w") as file:
        json.dump(sys.argv[1:], file)
    text = open(config).read()
    for step in range(4):
        print(f"Executing graph: 25%|##| {step}/4 [00:00<00:01]", file=sys.stderr, flush=True)
        time.sleep(30 if "# slow" in text else 0.01)
    if "# broken" in text:
        raise RuntimeError("Tensor lm_head.weight required but not present")
    open(os.path.join(out, "model.safetensors"), "w").write("weights")
    open(os.path.join(out, "config.json"), "w").write("{}")
`;

const mean = `models:
  - model: one
    parameters: {weight: 0.5}
  - model: two
    parameters: {weight: 0.5}
merge_method: linear
dtype: bfloat16
`;

describe("a merge by the user's own mergekit", function () {
  const folder = useTemporaryFolder();
  const pythonPath = process.env.PYTHONPATH;

  before(function () {
    // Without Python there is no mergekit either.
    if (spawnSync("python3", ["--version"]).status !== 0) this.skip();
  });
  beforeEach(async () => {
    const shape = { layers: 1, hidden: 16, intermediate: 32, vocabulary: 40 };
    await writeRandomCheckpoint(join(folder(), "one"), shape, 1);
    await writeRandomCheckpoint(join(folder(), "two"), shape, 2);
    const packages = join(folder(), "packages");
    for (const [name, version] of [
      ["mergekit", "0.1.4"],
      ["torch", "2.0.0"],
    ] as const) {
      await mkdir(join(packages, `${name}-${version}.dist-info`), { recursive: true });
      const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
      await writeFile(join(packages, `${name}-${version}.dist-info/METADATA`), metadata);
    }
    const entryPoints = "[console_scripts]\nmergekit-yaml = mergekit.run:main\n";
    await writeFile(join(packages, "mergekit-0.1.4.dist-info/entry_points.txt"), entryPoints);
    await mkdir(join(packages, "mergekit"));
    for (const name of ["__init__", "merge_methods"]) await writeFile(join(packages, "mergekit", `${name}.py`), "");
    await writeFile(join(packages, "mergekit/run.py"), standIn);
    process.env.PYTHONPATH = packages;
  });
  afterEach(() => {
    if (pythonPath === undefined) delete process.env.PYTHONPATH;
    else process.env.PYTHONPATH = pythonPath;
  });

  const output = () => join(folder(), "merged");
  const prepare = async (text: string): Promise<string> => {
    const { folder: run } = await prepareMergeRun({
      file: join(folder(), "merge.yml"),
      text,
      output: output(),
      runsFolder: join(folder(), "runs"),
      memory: 2 ** 30,
      backend: "mergekit",
      python: "python3",
    });
    return run;
  };

  it("records the versions, passes the seed on and finishes as our own does", async () => {
    const run = await prepare(mean);
    await performRun(run);
    const { versions, seed } = await readManifest(run);
    assert.equal(versions["mergekit"], "0.1.4");
    assert.equal(versions["torch"], "2.0.0");
    const given = JSON.parse(await readFile(join(folder(), "arguments.json"), "utf8")) as string[];
    assert.equal(given[given.indexOf("--random-seed") + 1], String(seed));
    assert.deepEqual((await readdir(output())).sort(), [
      ".medley-output.json",
      "begun",
      "config.json",
      "model.safetensors",
    ]);
  });

  it("runs no module that lies beside the configuration", async () => {
    const module = "open('was-run', 'w').close()\nraise SystemExit(1)\n";
    for (const name of ["json", "torch", "mergekit"]) await writeFile(join(folder(), `${name}.py`), module);
    await performRun(await prepare(mean));
    assert.ok(!(await readdir(folder())).includes("was-run"));
  });

  it("says what mergekit said when it fails, and leaves nothing that looks like a model", async () => {
    const run = await prepare(`${mean}# broken\n`);
    await assert.rejects(performRun(run), /mergekit failed: RuntimeError: Tensor lm_head\.weight required/);
    assert.equal((await readManifest(run)).state, "failed");
    assert.deepEqual(await readdir(output()), [".medley-staging"]);
  });

  it("stops when it is asked to", async () => {
    const run = await prepare(`${mean}# slow\n`);
    const stop = new AbortController();
    const work = performRun(run, { signal: stop.signal });
    const begun = async (): Promise<boolean> =>
      (await readdir(join(output(), ".medley-staging")).catch((): string[] => [])).includes("begun");
    await until("the start of mergekit", begun);
    stop.abort(new CancelledError("Stopped."));
    await assert.rejects(work, CancelledError);
    assert.equal((await readManifest(run)).state, "cancelled");
  });

  it("refuses files of several documents before a run is created", async () => {
    const text = `name: half\n${mean}---\nname: whole\n${mean.replace("model: two", "model: half")}`;
    await assert.rejects(prepare(text), /run by the built-in engine only/);
    await assert.rejects(readdir(join(folder(), "runs")), /ENOENT/);
  });
});
