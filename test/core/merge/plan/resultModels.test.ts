import assert from "node:assert/strict";
import { checkpointName, ggufOf } from "../../../../src/core/merge/plan/resultModels.ts";

describe("models of a merge and of its result", () => {
  it("have names that files can have", () => {
    assert.equal(checkpointName("BioMistral/BioMistral-7B"), "BioMistral-7B");
    assert.equal(checkpointName("models/base/+adapters/notes"), "base-notes");
    assert.equal(checkpointName(String.raw`C:\models\my model`), "my-model");
  });

  it("are found as GGUF files by their own name, of any quantization", () => {
    const files = [
      "models/BioMistral-7B.Q4_K_M.gguf",
      "models/biomistral-7b.f16.gguf",
      "models/Mistral-7B-v0.2.gguf",
      "models/Mistral-7B-Instruct-v0.1-IQ4_XS.gguf",
    ];
    assert.equal(ggufOf("BioMistral/BioMistral-7B", files), "models/biomistral-7b.f16.gguf");
    assert.equal(ggufOf("mistralai/Mistral-7B-Instruct-v0.1", files), "models/Mistral-7B-Instruct-v0.1-IQ4_XS.gguf");
    assert.equal(ggufOf("mistralai/Mistral-7B", files), undefined);
  });
});
