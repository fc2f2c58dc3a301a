import assert from "node:assert/strict";
import { diagnose } from "../../../support/diagnose.ts";
import { mergeLanguage } from "../../../../src/core/merge/language/mergeLanguage.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";
import { YamlSource } from "../../../../src/core/yaml/yamlSource.ts";
import { hubFacts } from "../../../support/hubFacts.ts";
import { largeMergeFile } from "../../../support/largeMerge.ts";

describe("the check of a configuration in steps", () => {
  const context = { facts: hubFacts, methods: mergeMethods, engine: "medley" } as const;
  const text = largeMergeFile().replace("name: merge-9", "name: merge-8");

  it("finds what the check at once finds, with a pause after each document", async () => {
    let pauses = 0;
    const found = await mergeLanguage.diagnose(new YamlSource(text), context, () => Promise.resolve(++pauses > 0));
    assert.deepEqual(found, diagnose(text, context));
    assert.ok(found!.some(({ code, document }) => code === "merge.name" && document === 9));
    assert.equal(pauses, 11);
  });

  it("stops when it is told to", async () => {
    let pauses = 0;
    assert.equal(
      await mergeLanguage.diagnose(new YamlSource(text), context, () => Promise.resolve(++pauses < 4)),
      undefined,
    );
    assert.equal(pauses, 4);
  });
});
