import assert from "node:assert/strict";
import { diagnose } from "../../../support/diagnose.ts";
import { readMergeFile } from "../../../../src/core/merge/config/readMergeFile.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";
import type { FactsLookup } from "../../../../src/core/checkpoint/modelFacts.ts";
import { hubFacts } from "../../../support/hubFacts.ts";
import { readRealWorldMerges } from "../../../support/realWorldMerges.ts";

/** What mergekit ignores without a word: its author should know. Everything else in these files is as it should be. */
const deserved: Readonly<Record<string, readonly string[]>> = {
  // An option of an old fork; embeddings take the value without a filter.
  "07-slerp-three-curves.yml": ["merge.unknownKey /embed_slerp"],
  // The seed is `--random-seed`; the file alone does not repeat the result.
  "16-dare-ties-many.yml": ["merge.misplacedKey /random_seed"],
  // Both are parameters, and `model_stock` has neither.
  "26-model-stock.yml": ["merge.misplacedKey /int8_mask", "merge.misplacedKey /normalize"],
};

const nothingKnown: FactsLookup = () => ({ state: "unknown" });
const merges = await readRealWorldMerges();

describe("configurations as people publish them", () => {
  it("are at least 40", () => assert.ok(merges.size >= 40));

  for (const [name, text] of merges) {
    for (const [circumstance, facts] of [
      ["of models that are elsewhere", nothingKnown],
      ["of models on this machine", hubFacts],
    ] as const) {
      it(`${name} raises no false alarm, ${circumstance}`, () => {
        for (const engine of ["medley", "mergekit"] as const) {
          const found = diagnose(text, { facts, methods: mergeMethods, engine, loraMergeCache: true });
          const serious = found.filter(({ severity }) => severity === "error" || severity === "warning");
          const brief = serious.map(({ code, path }) => `${code} ${path}`).sort();
          assert.deepEqual(brief, deserved[name] ?? [], serious.map(({ message }) => message).join("\n"));
          assert.ok(serious.every(({ severity }) => severity === "warning"));
        }
      });
    }

    const kind = name.includes("-moe") ? "moe" : "merges";
    it(`${name} is read as ${kind}`, () => assert.equal(readMergeFile(text, name).kind, kind));
  }
});
