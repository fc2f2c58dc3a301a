import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CancelledError, ConfigurationError, FileError, MedleyError } from "../../../src/core/errors.ts";
import { mergeRunSchema } from "../../../src/core/merge/mergeKind.ts";
import { prepareMergeRun } from "../../../src/node/merge/createMergeRun.ts";
import { outputFolderOf } from "../../../src/core/runs/kinds.ts";
import { readManifest, requestCancel } from "../../../src/node/runs/runFolder.ts";
import { performRun } from "../../../src/node/runs/performRun.ts";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";
import { useTemporaryFolder } from "../../node/runs/temporaryFolder.ts";

const mean = `models:
  - model: one
    parameters: {weight: 0.5}
  - model: two
    parameters: {weight: 0.5}
merge_method: linear
dtype: bfloat16
`;
const severalMerges = `name: half\n${mean}---\nname: whole\n${mean.replace("model: two", "model: half")}`;

describe("a merge that the editor prepares", () => {
  const folder = useTemporaryFolder();
  const runsFolder = () => join(folder(), "runs");
  beforeEach(async () => {
    const shape = { layers: 1, hidden: 16, intermediate: 32, vocabulary: 40 };
    await writeRandomCheckpoint(join(folder(), "one"), shape, 1);
    await writeRandomCheckpoint(join(folder(), "two"), shape, 2);
  });

  const prepare = (text: string, backend: "medley" | "mergekit" = "medley", python?: string) =>
    prepareMergeRun({
      file: join(folder(), "merge.yml"),
      text,
      output: join(folder(), "merged"),
      runsFolder: runsFolder(),
      memory: 2 ** 30,
      backend,
      ...(python === undefined ? {} : { python }),
    });

  it("becomes a run with a seed, which performs it", async () => {
    const { folder: run, notes } = await prepare(mean);
    assert.deepEqual(notes, []);
    const manifest = await readManifest(run);
    assert.equal(manifest.title, "linear merged");
    assert.equal(typeof manifest.seed, "number");
    assert.equal(outputFolderOf(manifest), join(folder(), "merged"));
    await performRun(run);
    assert.ok((await readdir(join(folder(), "merged"))).includes("model.safetensors"));
    await assert.rejects(prepare(mean), (error) => error instanceof FileError && /already holds/.test(error.message));
  });

  it("merges a file of several documents, with a folder for what is used on the way", async () => {
    const { folder: run, notes } = await prepare(severalMerges);
    assert.match(notes.join(), /merged-parts/);
    await performRun(run);
    assert.ok((await readdir(join(folder(), "merged"))).includes("model.safetensors"));
    assert.ok((await readdir(join(folder(), "merged-parts", "half"))).includes("model.safetensors"));
  });

  it("goes on after it was stopped", async () => {
    const { folder: run } = await prepare(mean);
    await assert.rejects(performRun(run, { signal: AbortSignal.abort(new CancelledError("Stopped.")) }), MedleyError);
    assert.equal((await readManifest(run)).state, "cancelled");
    assert.ok(
      !(await readdir(folder())).includes("merged") ||
        !(await readdir(join(folder(), "merged"))).includes("config.json"),
    );
    // A wish to stop from before the resumption no longer counts.
    await requestCancel(run);
    await performRun(run);
    assert.equal((await readManifest(run)).state, "finished");
  });

  it("says where the configuration is wrong, and creates nothing", async () => {
    await assert.rejects(prepare(mean.replace("model: two", "model: tow")), (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.equal(error.place?.line, 4);
      return true;
    });
    await assert.rejects(readdir(runsFolder()), /ENOENT/);
  });

  it("records why a run failed and in which file", async () => {
    const { folder: run } = await prepare(mean);
    const weights = join(folder(), "two", "model.safetensors");
    await writeFile(weights, (await readFile(weights)).subarray(0, 100));
    await assert.rejects(performRun(run), MedleyError);
    const { failure, state } = await readManifest(run);
    assert.equal(state, "failed");
    assert.equal(failure?.place?.file, weights);
  });

  it("names the interpreter in which there is no mergekit, and what mergekit is not asked to do", async () => {
    await assert.rejects(prepare(mean, "mergekit", join(folder(), "no-python")), /no-python cannot be started/);
    const python = join(folder(), "python");
    await writeFile(python, `#!/bin/sh\necho "ModuleNotFoundError: No module named 'mergekit'" >&2\nexit 1\n`, {
      mode: 0o755,
    });
    if (process.platform !== "win32")
      await assert.rejects(prepare(mean, "mergekit", python), /No module named 'mergekit'/);
    await mkdir(runsFolder(), { recursive: true });
    assert.deepEqual(await readdir(runsFolder()), []);
  });

  it("keeps in the manifest everything that repeats it", async () => {
    const { folder: run } = await prepare(mean);
    const { configuration } = await readManifest(run);
    const resolved = mergeRunSchema.parse(configuration.resolved);
    assert.equal(resolved.text, mean);
    assert.equal(resolved.folder, folder());
    assert.equal(resolved.numerics, "classic");
  });
});
