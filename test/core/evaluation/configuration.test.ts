import assert from "node:assert/strict";
import { z } from "zod";
import {
  asList,
  evaluationConfigurationSchema,
  resolveConfiguration,
} from "../../../src/core/evaluation/configuration.ts";

describe("evaluation configuration", () => {
  it("fills in every default", () => {
    assert.deepEqual(resolveConfiguration({ benchmark: "medqa-4", models: "a.gguf" }), {
      benchmark: "medqa-4",
      models: "a.gguf",
      protocol: "lm-eval",
      seed: 1234,
      shuffleOptions: false,
      kvCacheType: "F32",
      gpu: "auto",
      language: "en",
      strict: false,
      compare: "paired",
    });
  });

  it("refuses unknown keys with a suggestion", () => {
    assert.throws(() => resolveConfiguration({ benchmark: "medqa-4", models: "a.gguf", shot: 3 }), {
      code: "configuration.invalid",
      message: 'Unknown key "shot".',
      hint: "Did you mean shots?",
    });
  });

  it("documents every key", () => {
    const schema = z.toJSONSchema(evaluationConfigurationSchema, { io: "input" });
    for (const [key, property] of Object.entries(schema.properties!)) {
      assert((property as { description?: string }).description !== undefined, key);
    }
  });

  it("takes one or several", () => {
    assert.deepEqual(asList("a"), ["a"]);
    assert.deepEqual(asList(["a", "b"]), ["a", "b"]);
    assert.deepEqual(asList(undefined), []);
  });
});
