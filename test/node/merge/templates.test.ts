import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { diagnose } from "../../support/diagnose.ts";
import { readMergeFile } from "../../../src/core/merge/config/readMergeFile.ts";
import type { PlanOptions } from "../../../src/core/merge/plan/mergePlan.ts";
import { mergeMethods } from "../../../src/core/merge/methods/registry.ts";
import { mergeTemplates } from "../../../src/core/merge/templates/registry.ts";
import { lookUpModels } from "../../../src/node/merge/lookUpModels.ts";
import { prepareMerge } from "../../../src/node/merge/mergeModels.ts";
import { prepareMoe } from "../../../src/node/merge/prepareMoe.ts";
import { unpackModels } from "../../support/mergeFixtures.ts";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";

const models = ["mistralai/Mistral-7B-v0.1", "mistralai/Mistral-7B-Instruct-v0.1", "BioMistral/BioMistral-7B"];
const options: PlanOptions = { numerics: "classic", seed: 1, outShardSize: 5e9, allowMixedArchitectures: false };

describe("merge templates", () => {
  const folder = useTemporaryFolder();

  beforeEach(async () => {
    const tokenizer = join(await unpackModels(), "models/base/tokenizer.json");
    for (const [seed, name] of models.entries()) {
      // As deep as the models that the templates name, and as narrow as can be.
      const shape = { layers: 32, hidden: 8, intermediate: 16, vocabulary: 320 };
      await writeRandomCheckpoint(join(folder(), name), shape, seed + 1);
      await copyFile(tokenizer, join(folder(), name, "tokenizer.json"));
    }
  });

  it("have names of their own", () => {
    for (const key of ["id", "title", "text"] as const) {
      assert.equal(new Set(mergeTemplates.map((template) => template[key])).size, mergeTemplates.length);
    }
  });

  for (const { id, text } of mergeTemplates) {
    it(`${id} has nothing wrong and can be planned`, async () => {
      const places = { folder: folder() };
      const facts = await lookUpModels(text, id, places);
      const found = diagnose(text, { facts, methods: mergeMethods, engine: "medley", randomSeed: 1 });
      assert.deepEqual(found, []);
      const file = readMergeFile(text, id);
      const prepared =
        file.kind === "moe"
          ? await prepareMoe(file.moe, places, options)
          : await prepareMerge(file.merges[0]!.merge, places, options);
      assert.ok(prepared.plan.tensors.length > 32);
      assert.equal(prepared.plan.configChanges.num_hidden_layers, id === "frankenmerge" ? 48 : undefined);
    });
  }
});
