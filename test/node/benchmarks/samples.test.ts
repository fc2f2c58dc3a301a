import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { resolveBenchmark } from "../../../src/core/benchmarks/registry.ts";
import { DataStore } from "../../../src/node/benchmarks/dataStore.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

describe("Bundled sample", () => {
  const store = new DataStore({ folders: [], dataFolder: "/nonexistent", resourcesFolder: repository });

  it("needs no download, is what the registry says, and has examples for few-shot prompts", async () => {
    let total = 0;
    for (const definition of resolveBenchmark("sample").definitions) {
      const loaded = await store.load(definition, { strict: true });
      assert.deepEqual(definition.sizes, [loaded.items.length], definition.id);
      assert.ok(
        loaded.files.every(({ isKnown }) => isKnown),
        definition.id,
      );
      assert.ok(loaded.shotPool.length >= 5, definition.id);
      assert.deepEqual(loaded.warnings, []);
      assert.deepEqual(new Set(loaded.items.map(({ benchmark }) => benchmark)), new Set([definition.id]));
      const answers = new Set(loaded.items.map(({ answers: [answer] }) => answer));
      assert.equal(
        answers.size,
        loaded.items[0]!.options.length,
        `${definition.id}: every position is right somewhere`,
      );
      const pool = new Set(loaded.shotPool.map(({ question }) => question));
      assert.ok(
        loaded.items.every(({ question }) => !pool.has(question)),
        `${definition.id}: no question is its own example`,
      );
      total += loaded.items.length;
    }
    assert.equal(total, 120);
  });

  it("does not stand in for the published benchmarks", async () => {
    for (const id of ["medqa-4", "medmcqa", "pubmedqa", "mmlu-anatomy"]) {
      assert.equal((await store.status(resolveBenchmark(id).definitions[0]!)).ready, false, id);
    }
  });
});
