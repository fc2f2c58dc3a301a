import assert from "node:assert/strict";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelError } from "../../../src/core/errors.ts";
import { judgeFit } from "../../../src/core/models/memoryNeed.ts";
import type { Backend } from "../../../src/node/backends/backend.ts";
import { Backends } from "../../../src/node/backends/backends.ts";
import { llamaCpp } from "../../../src/node/backends/llamaCpp/llamaCpp.ts";
import { modelFile } from "../../support/models.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";

/** A second backend whose models are files: their header is their only number. */
const toys: Backend<"file"> = {
  title: "Toys",
  scheme: "file",
  models: "toy files",
  find: () => Promise.reject(new ModelError("This toy is shown only.")),
  files: {
    endings: ["toy"],
    nameOf: () => "a toy",
    readHeader: () => Promise.resolve({ size: 7 }),
    list: (folder) => {
      const path = join(folder, "some.toy");
      const model = { path, files: [path], identity: "1", bytes: 7, overview: { name: "Toy" }, header: { size: 7 } };
      return Promise.resolve({ folder, models: [model], problems: [] });
    },
    memoryNeed: ({ size }, { contextSize = 1 }) => {
      const weights = Number(size);
      const kvCache = weights * contextSize;
      return { weights, kvCache, working: 0, total: weights + kvCache, contextLength: contextSize };
    },
  },
};

describe("Backends whose models are files", () => {
  const folder = useTemporaryFolder();
  const both = new Backends([llamaCpp, toys]);

  it("are listed together, each model with the memory that its own backend reckons", async () => {
    await copyFile(await modelFile("stories260k.f32"), join(folder(), "stories.gguf"));
    await writeFile(join(folder(), "broken.GGUF"), "");
    const { models, problems } = await both.list(folder());
    assert.deepEqual(problems, []);
    const needs = models.map((model) => both.memoryNeed(model, { contextSize: 9 }));
    assert.deepEqual(
      models.map(({ path, overview }) => [both.fileModelName(path), overview?.architecture]),
      [
        ["broken", undefined],
        ["stories", "llama"],
        ["a toy", undefined],
      ],
    );
    assert.equal(needs[0], undefined, "nothing is known of what cannot be used");
    assert.equal(needs[1]?.contextLength, 9);
    assert.deepEqual(needs[2], { weights: 7, kvCache: 63, working: 0, total: 70, contextLength: 9 });
    assert.equal(judgeFit(needs[2], { available: 69, total: 70 }), "machine");
  });

  it("are told apart by the endings of their files; the first one takes what has none of them", async () => {
    assert.deepEqual(both.fileEndings, ["gguf", "toy"]);
    await copyFile(await modelFile("stories260k.f32"), join(folder(), "blob"));
    assert.equal((await both.readHeader(join(folder(), "blob")))["architecture"], "llama");
    assert.deepEqual(await both.readHeader(join(folder(), "some.TOY")), { size: 7 });
    await assert.rejects(both.find({ scheme: "file", path: "some.toy" }), /shown only/);
  });

  it("say what there is where a model is none of theirs, without looking for it", () => {
    assert.equal(both.refusal({ scheme: "file", path: "absent.gguf" }), undefined);
    const message = "Medley cannot run ollama:x yet: it runs GGUF files (llama.cpp), toy files (Toys).";
    assert.equal(both.refusal({ scheme: "ollama", name: "x" })?.message, message);
  });
});
