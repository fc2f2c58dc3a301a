import assert from "node:assert/strict";
import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CancelledError, ConfigurationError, FileError } from "../../../../src/core/errors.ts";
import type { Tokenizer } from "../../../../src/core/models/languageModel.ts";
import { openModel } from "../../../../src/node/backends/llamaCpp/openModel.ts";
import { runTask } from "../../../../src/node/service/serviceProcess.ts";
import { tasks } from "../../../../src/node/service/tasks.ts";

const model = join(import.meta.dirname, "../../../../samples/models/stories260k.f32.gguf");

describe("A task process", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-task-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const prepare = (configuration: Record<string, string | number>, signal?: AbortSignal) =>
    runTask(
      tasks.prepareEvaluation,
      { configuration, baseFolder: folder, runsFolder: join(folder, "runs"), fresh: false },
      signal,
    );

  it("prepares an evaluation once, and finds the same run again", async () => {
    const configuration = { models: model, benchmark: "sample-medqa-4", limit: 3 };
    const [first] = await prepare(configuration);
    assert.equal(first!.finished, false);
    const [second] = await prepare(configuration);
    assert.equal(second!.folder, first!.folder);
    const [other] = await prepare({ ...configuration, limit: 4 });
    assert.notEqual(other!.folder, first!.folder);
  });

  it("hands on errors with their type, hint and place", async () => {
    await assert.rejects(prepare({ models: model, benchmark: "medqa4" }), (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.hint ?? "", /medqa-4/);
      return true;
    });
    const absent = join(folder, "absent.gguf");
    await assert.rejects(prepare({ models: absent, benchmark: "sample-medqa-4" }), (error) => {
      assert.ok(error instanceof FileError);
      assert.equal(error.place?.file, absent);
      return true;
    });
    assert.deepEqual(await readdir(folder), []);
  });

  it("takes the tokens of a prompt from a model that is lent, and they are the same", async () => {
    const configuration = { models: model, benchmark: "sample-medqa-4", limit: 2, shots: 1, gpu: "none", threads: 1 };
    const params = { configuration, baseFolder: folder };
    const own = await runTask(tasks.describePrompts, params);
    assert.ok(own[0]!.tokens!.prompt.length > 10);
    const absent = join(folder, "absent.gguf");
    const lent = await openModel(model, { gpu: "none", threads: 1 });
    try {
      const asked: string[] = [];
      const watched: Tokenizer = {
        description: lent.description,
        tokenize: (...args) => (asked.push("tokenize"), lent.tokenize(...args)),
        tokenTexts: (...args) => (asked.push("tokenTexts"), lent.tokenTexts(...args)),
      };
      const lender = (path: string): Tokenizer | undefined => (path === absent ? watched : undefined);
      // A model that is not there is not missed: it is never opened.
      const named = { ...configuration, models: absent };
      const borrowed = await runTask(tasks.describePrompts, { ...params, configuration: named }, undefined, lender);
      assert.deepEqual(borrowed, own);
      assert.ok(asked.includes("tokenize") && asked.includes("tokenTexts"));
      // A context of another length may drop other shots: it needs a model of its own.
      const shorter = { ...params, configuration: { ...named, contextSize: 64 } };
      await assert.rejects(runTask(tasks.describePrompts, shorter, undefined, lender), FileError);
    } finally {
      await lent.dispose();
    }
  });

  it("lists models, and does not read again what it is told", async () => {
    await copyFile(model, join(folder, "a.gguf"));
    const [listed] = await runTask(tasks.listModels, { folders: [folder, join(folder, "absent")], known: [] });
    assert.equal(listed!.models[0]!.header?.architecture, "llama");
    const renamed = { ...listed!.models[0]!, header: { ...listed!.models[0]!.header!, architecture: "known" } };
    const [again, absent] = await runTask(tasks.listModels, {
      folders: [folder, join(folder, "absent")],
      known: [renamed],
    });
    assert.equal(again!.models[0]!.header?.architecture, "known");
    assert.deepEqual(absent!.problems, ["The folder does not exist."]);
  });

  it("ends at once when it is cancelled", async () => {
    const stop = new AbortController();
    const preparation = prepare({ models: model, benchmark: "sample" }, stop.signal);
    stop.abort();
    await assert.rejects(preparation, CancelledError);
  });
});
