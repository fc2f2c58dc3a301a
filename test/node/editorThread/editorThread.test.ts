import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { EditorThread, EditorThreadError } from "../../../src/node/editorThread/editorThread.ts";
import { editorMethods } from "../../../src/node/editorThread/protocol.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";
import { unpackModels } from "../../support/mergeFixtures.ts";

const { lookUpModel, readHeader } = editorMethods;
const nowhere = { reference: { model: { path: "nowhere" } }, folder: "/" };

describe("EditorThread", () => {
  const folder = useTemporaryFolder();

  it("is started again after it has ended, and says that it has", async () => {
    const thread = new EditorThread();
    assert.equal((await thread.call(lookUpModel, nowhere)).state, "missing");
    const { worker } = (thread as unknown as { running: { worker: Worker } }).running;
    // Ended before it is asked, and known to have ended after that: a quick thread might answer otherwise.
    const terminated = worker.terminate();
    const unanswered = thread.call(lookUpModel, nowhere);
    const ended = assert.rejects(unanswered, (error: EditorThreadError) => {
      assert.ok(error instanceof EditorThreadError);
      assert.match(`${error.message} ${error.hint}`, /ended by itself.*started again/);
      return true;
    });
    await terminated;
    await ended;
    assert.equal((await thread.call(lookUpModel, nowhere)).state, "missing");
    thread.dispose();
  });

  it("is ended when it does not answer in time", async () => {
    // No thread starts within so short a time.
    const thread = new EditorThread(0.001);
    await assert.rejects(thread.call(lookUpModel, nowhere), {
      code: "editor.threadEnded",
      message: /"lookUpModel" within 0\.001 seconds/,
    });
    thread.dispose();
  });

  it("answers for an adapter whose patterns would take others forever", async () => {
    const models = join(await unpackModels(), "models");
    const hanging = { peft_type: "LORA", r: 4, lora_alpha: 8, rank_pattern: { "(?:[a-z_.0-9]+)+!": 4 } };
    await writeFile(join(folder(), "adapter_config.json"), JSON.stringify(hanging));
    const weights = "adapter_model.safetensors";
    await writeFile(join(folder(), weights), await readFile(join(models, "lora_a", weights)));
    const thread = new EditorThread();
    const reference = { model: { path: "base" }, lora: { path: folder() } };
    assert.equal((await thread.call(lookUpModel, { reference, folder: models })).state, "known");
    thread.dispose();
  });

  it("passes typed errors on", async () => {
    const thread = new EditorThread();
    const path = join(folder(), "absent.gguf");
    await assert.rejects(thread.call(readHeader, { path }), { code: "file.unusable", place: { file: path } });
    thread.dispose();
  });

  it("keeps no process alive", async () => {
    const module = new URL("../../../src/node/editorThread/modelReader.ts", import.meta.url).href;
    const script = `
      const { ModelReader } = await import(${JSON.stringify(module)});
      console.log(await new ModelReader().lookUp({ model: { path: "nowhere" } }, { folder: "/" }));`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout.on("data", (data: Buffer) => (printed += data.toString()));
    assert.deepEqual(await once(child, "close"), [0, null]);
    assert.match(printed, /missing/);
  });
});
