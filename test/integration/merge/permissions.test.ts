import assert from "node:assert/strict";
import { chmod, cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CancelledError, ConfigurationError } from "../../../src/core/errors.ts";
import type { MergeRunConfiguration } from "../../../src/core/merge/mergeKind.ts";
import { createMergeRun, mergeDefaults } from "../../../src/node/merge/createMergeRun.ts";
import { readManifest } from "../../../src/node/runs/runFolder.ts";
import { performRun } from "../../../src/node/runs/performRun.ts";
import { useTemporaryFolder } from "../../node/runs/temporaryFolder.ts";
import { cli } from "../../support/cli.ts";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";

const mean = `models:
  - model: one
    parameters: {weight: 0.5}
  - model: two
    parameters: {weight: 0.5}
merge_method: linear
dtype: bfloat16
`;

describe("a merge whose run.json may be somebody else's", function () {
  this.timeout(60_000);
  const folder = useTemporaryFolder();
  const at = (...names: string[]) => join(folder(), ...names);

  beforeEach(async () => {
    const shape = { layers: 1, hidden: 16, intermediate: 32, vocabulary: 40 };
    await writeRandomCheckpoint(at("one"), shape, 1);
    await writeRandomCheckpoint(at("two"), shape, 2);
  });

  const create = (changes: Partial<MergeRunConfiguration>): Promise<string> =>
    createMergeRun(at("runs"), {
      ...mergeDefaults,
      file: at("merge.yml"),
      text: mean,
      folder: folder(),
      output: at("merged"),
      seed: 1,
      allowMixedArchitectures: false,
      overwrite: false,
      backend: "medley",
      ...changes,
    });

  describe("names a program", () => {
    let program: string;
    let run: string;
    beforeEach(async function () {
      if (process.platform === "win32") return this.skip();
      program = at("program");
      await writeFile(program, `#!/bin/sh\ntouch '${at("was-run")}'\nexit 1\n`);
      await chmod(program, 0o755);
      run = await create({ backend: "mergekit", python: program });
    });
    const wasRun = async () => (await readdir(folder())).includes("was-run");

    it("which is not started unless this very program is allowed", async () => {
      for (const permissions of [undefined, { replace: true }, { program: "python3" }]) {
        await assert.rejects(performRun(run, { permissions }), (error) => {
          return error instanceof ConfigurationError && error.message.includes(`starts the program ${program}`);
        });
      }
      assert.ok(!(await wasRun()));
      await assert.rejects(performRun(run, { permissions: { program } }), /mergekit cannot be used/);
      assert.ok(await wasRun());
    });

    it("which medley runs resume does not start either, here or in the background", async () => {
      for (const more of [[], ["--detach"], ["--python", "python3"], ["--overwrite"]]) {
        const { code, stderr } = await cli(["runs", "resume", run, ...more]);
        assert.equal(code, 2);
        assert.match(stderr, /starts the program .*program, which its run\.json names/);
        assert.match(stderr, /allow it with --python .*program/);
      }
      assert.ok(!(await wasRun()));
      assert.equal((await readManifest(run)).sessions, 0);
      const { stderr } = await cli(["runs", "resume", run, "--python", program]);
      assert.match(stderr, /mergekit cannot be used/);
      assert.ok(await wasRun());
    });
  });

  describe("names a folder with a model", () => {
    beforeEach(() => cp(at("one"), at("merged"), { recursive: true }));

    it("which is not replaced unless that is allowed", async () => {
      const run = await create({ overwrite: true });
      await assert.rejects(performRun(run), (error) => {
        return error instanceof ConfigurationError && error.message.includes(`replace the model in ${at("merged")}`);
      });
      const { code, stderr } = await cli(["runs", "resume", run]);
      assert.equal(code, 2);
      assert.match(stderr, /say so with --overwrite/);
      assert.deepEqual(await readFile(at("merged/model.safetensors")), await readFile(at("one/model.safetensors")));
      assert.equal((await cli(["runs", "resume", run, "--overwrite"])).code, 0);
      assert.notDeepEqual(await readFile(at("merged/model.safetensors")), await readFile(at("one/model.safetensors")));
    });

    it("which is replaced without asking again by a run that has begun to", async () => {
      const run = await create({ overwrite: true });
      const stop = new AbortController();
      const onEvent = ({ type }: { type: string }) => {
        if (type === "progress") stop.abort(new CancelledError("Stopped."));
      };
      const permissions = { replace: true };
      await assert.rejects(performRun(run, { permissions, signal: stop.signal, onEvent }), CancelledError);
      await performRun(run);
      assert.notDeepEqual(await readFile(at("merged/model.safetensors")), await readFile(at("one/model.safetensors")));
    });

    it("which may be one for results on the way", async () => {
      const text = `name: half\n${mean}---\n${mean.replace("model: two", "model: half")}`;
      await cp(at("one"), at("parts/half"), { recursive: true });
      const output = at("result");
      const run = await create({ overwrite: true, text, output, intermediateFolder: at("parts") });
      await assert.rejects(performRun(run), /may replace the model in .*half, as its run\.json says/);
      await performRun(run, { permissions: { replace: true } });
      assert.ok((await readdir(output)).includes("config.json"));
    });
  });
});
