import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CancelledError, ConfigurationError, FileError } from "../../../../src/core/errors.ts";
import { runTask } from "../../../../src/node/tasks/runTask.ts";
import { tasks } from "../../../../src/node/tasks/protocol.ts";

const model = join(import.meta.dirname, "../../../../samples/models/stories260k.f32.gguf");

describe("A task process", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-task-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const prepare = (configuration: Record<string, string | number>, signal?: AbortSignal) =>
    runTask(tasks.prepareEvaluation, { configuration, baseFolder: folder, runsFolder: join(folder, "runs") }, signal);

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

  it("ends at once when it is cancelled", async () => {
    const stop = new AbortController();
    const preparation = prepare({ models: model, benchmark: "sample" }, stop.signal);
    stop.abort();
    await assert.rejects(preparation, CancelledError);
  });
});
