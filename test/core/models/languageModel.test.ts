import assert from "node:assert/strict";
import { ModelError } from "../../../src/core/errors.ts";
import { builtInProtocols, resolveParameters } from "../../../src/core/evaluation/registry.ts";
import { scoringNeeds } from "../../../src/core/evaluation/protocol.ts";
import { requireCapabilities, withCapabilities } from "../../../src/core/models/languageModel.ts";
import { ToyLanguageModel } from "../../support/toyLanguageModel.ts";

describe("capabilities", () => {
  it("that a model lacks are named in one sentence", () => {
    const model = { capabilities: new Set(["textGenerator"] as const) };
    assert.throws(
      () => requireCapabilities(model, ["tokenizer", "scorer"], "ollama:meditron", "the protocol lm-eval"),
      {
        name: ModelError.name,
        message:
          "ollama:meditron does not show its tokens and does not give the log-likelihood of a text, which the protocol " +
          "lm-eval needs.",
      },
    );
    requireCapabilities(model, ["textGenerator"], "ollama:meditron", "the protocol medilora");
  });

  it("give what can be called of an opened model, and nothing else", () => {
    const model = new ToyLanguageModel();
    assert.equal(withCapabilities(model, "tokenizer", "scorer"), model);
    assert.throws(() => withCapabilities(model, "embedder"), /toy is no embedding model/);
  });

  it("that a protocol declares are those of what it asks", () => {
    const item = {
      benchmark: "medqa-4",
      id: "1",
      context: [],
      question: "Which?",
      options: [{ text: "this" }, { text: "that" }],
      answers: [0],
      language: "en",
      sourceRow: 0,
    };
    for (const protocol of builtInProtocols) {
      const { request } = protocol.prompt(item as never, [], resolveParameters(protocol));
      assert.deepEqual(protocol.needs, scoringNeeds[request.scoring], protocol.id);
    }
  });
});
