import assert from "node:assert/strict";
import { diagnose } from "../../../support/diagnose.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";

describe("messages about values of the wrong form", () => {
  const first = (text: string) =>
    diagnose(text, { facts: () => ({ state: "unknown" }), methods: mergeMethods, engine: "medley" })[0]!.message;

  it("say what is expected in the words of the language, not of a library", () => {
    const method = "merge_method: passthrough\n";
    assert.match(first(`${method}models:\n  - model:\n`), /^Empty value: expected a model: a folder/);
    assert.equal(first(`${method}models:\n  - mod\n`), "Expected an entry with a `model` key.");
    assert.equal(first(`${method}models:\n  - model: a\nchat_template: [x]\n`), "Expected a text.");
    assert.match(
      first(`${method}models:\n  - model: a\ntokenizer: union\n`),
      /`tokenizer_source` takes a single value/,
    );
    assert.match(
      first("base_model: a\nexperts:\n  - source_model: b\ngate_mode: x\n"),
      /^Expected one of `hidden`, .*`random`/,
    );
  });
});
