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

  it("applies a language or refuses it", () => {
    const given = { models: "a.gguf", language: "fr" };
    assert.throws(() => resolveConfiguration({ ...given, benchmark: ["frenchmedmcqa", "medqa-4"] }), {
      code: "configuration.invalid",
      message: "The language fr changes nothing for medqa-4: its questions are recorded as en.",
      place: { field: "language" },
    });
    for (const benchmark of ["frenchmedmcqa", "own.jsonl", ["own.csv", "frenchmedmcqa"]]) {
      assert.equal(resolveConfiguration({ ...given, benchmark }).language, "fr");
    }
    const inline = [{ question: "Which?", options: ["x", "y"], answer: "A" }];
    for (const beside of [{ benchmark: ["own.csv", "medqa-4"] }, { benchmark: "medqa-4", questions: inline }]) {
      assert.throws(() => resolveConfiguration({ ...given, ...beside }), {
        message: "The language fr changes nothing for medqa-4: its questions are recorded as en.",
        hint: /Evaluate them apart from this benchmark/,
      });
    }
    assert.throws(() => resolveConfiguration({ ...given, benchmark: "own.csv", language: "French" }), {
      message: "Write a language as its tag, for example en, fr, ar or pt-BR.",
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
