import assert from "node:assert/strict";
import { readConfiguration } from "../../../../src/core/merge/config/readConfiguration.ts";
import { checkpointName, ggufOf, sourceModels } from "../../../../src/core/merge/plan/resultModels.ts";
import { readRealWorldMerges } from "../../../support/realWorldMerges.ts";

describe("models of a merge and of its result", () => {
  it("are those of all documents, without the merges that others use", async () => {
    const text = (await readRealWorldMerges()).get("33-named-chain.yml")!;
    const merges = readConfiguration(text, "chain.yml").map(({ merge }) => merge);
    assert.deepEqual(sourceModels(merges), [
      "BioMistral/BioMistral-7B",
      "mistralai/Mistral-7B-Instruct-v0.1",
      "mistralai/Mistral-7B-v0.1",
      "internistai/base-7b-v0.2",
    ]);
  });

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
