import assert from "node:assert/strict";
import { copyFile, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FileError } from "../../../src/core/errors.ts";
import { chooseRun } from "../../../src/node/evaluation/chooseRun.ts";
import { prepareModels } from "../../../src/node/evaluation/evaluateModels.ts";
import { fileSha256 } from "../../../src/node/files/fileHash.ts";
import { readManifest, writeManifest } from "../../../src/node/runs/runFolder.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";
import { sampleModel } from "./evaluationFixture.ts";

describe("the run of an evaluation", () => {
  const folder = useTemporaryFolder();
  const model = () => join(folder(), "model.gguf");
  const runs = () => join(folder(), "runs");
  const given = { benchmark: "sample-medqa-4", models: "model.gguf", limit: 1 };

  async function choose() {
    const dataFolder = join(folder(), "no-data");
    const [evaluation] = await prepareModels(given, { baseFolder: folder(), dataFolder, runsFolder: runs() });
    return await chooseRun(runs(), evaluation!, { fresh: false });
  }

  /** Another content of the same size, in the same place, with the same time of modification: what `cp -p` can do. */
  async function replaceModel(): Promise<void> {
    const { atime, mtime } = await stat(model());
    const bytes = await readFile(model());
    bytes[bytes.length - 2]! ^= 1;
    await writeFile(model(), bytes);
    await utimes(model(), atime, mtime);
  }

  beforeEach(() => copyFile(sampleModel, model()));

  it("is a new one for another model of the same size and time, with the hash of its bytes", async () => {
    await utimes(model(), 1, 1);
    const first = await choose();
    await writeManifest(first.folder, { ...(await readManifest(first.folder)), state: "finished" });
    assert.equal((await choose()).finished, true);
    await replaceModel();
    const second = await choose();
    assert.equal(second.finished, false);
    assert.notEqual(second.folder, first.folder);
    const { identity } = await readManifest(second.folder);
    assert.equal(identity["model"], await fileSha256(model()));
  });

  it("is not begun with a hash that is remembered and wrong, and is with the next attempt", async () => {
    const cache = join(runs(), ".sha256");
    for (;;) {
      await fileSha256(model(), cache);
      const [entry] = await readdir(cache).catch(() => []);
      if (entry !== undefined) {
        const content = await readFile(join(cache, entry), "utf8");
        await writeFile(join(cache, entry), content.replace(/[0-9a-f]{64}(?=")/, "0".repeat(64)));
        break;
      }
      await sleep(50);
    }
    await assert.rejects(choose(), (error) => error instanceof FileError && error.place?.file === model());
    const { identity } = await readManifest((await choose()).folder);
    assert.equal(identity["model"], await fileSha256(model()));
  });
});
