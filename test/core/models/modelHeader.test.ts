import assert from "node:assert/strict";
import type { GgufHeader, GgufTensor, GgufValue } from "../../../src/core/checkpoint/gguf.ts";
import { describeParts } from "../../../src/core/models/modelHeader.ts";

const tensor = (type: string, elements: number): GgufTensor => ({
  name: type,
  type,
  elements,
  shape: [elements],
  offset: 0,
  byteLength: 0,
});

function header(metadata: Record<string, GgufValue>, tensors = [tensor("F32", 10), tensor("Q4_K", 90)]): GgufHeader {
  return { version: 3, metadata: new Map(Object.entries(metadata)), tensors, dataOffset: 64, fileBytes: 1000 };
}

const refused = (metadata: Record<string, GgufValue>, field: string, tensors?: GgufTensor[]) =>
  assert.throws(
    () => describeParts([header(metadata, tensors)], "m.gguf"),
    (error: { place?: { field?: string } }) => (error.place?.field ?? "") === field,
  );

describe("describeParts", () => {
  it("takes everything from the metadata of the architecture", () => {
    const found = describeParts(
      [
        header({
          "general.architecture": "llama",
          "general.name": "Tiny",
          "general.file_type": 15,
          "llama.context_length": 2048,
          "llama.block_count": 2,
          "tokenizer.ggml.model": "llama",
          "tokenizer.ggml.tokens": { length: 32000 },
          "tokenizer.ggml.bos_token_id": 1,
          "tokenizer.ggml.add_bos_token": true,
          "tokenizer.chat_template": "{{ x }}",
        }),
      ],
      "m.gguf",
    );
    assert.equal(found.name, "Tiny");
    assert.equal(found.quantization, "Q4_K_M");
    assert.equal(found.parameterCount, 100);
    assert.deepEqual(found.parametersByType, { F32: 10, Q4_K: 90 });
    assert.equal(found.trainContextLength, 2048);
    assert.equal(found.chatTemplate, "{{ x }}");
    assert.equal(found.tokenizer.vocabularySize, 32000);
    assert.equal(found.tokenizer.addsBos, true);
  });

  it("takes the sizes that the attention cache depends on, by layer where they differ", () => {
    const found = describeParts(
      [
        header({
          "general.architecture": "llama",
          "llama.attention.head_count": 32,
          "llama.attention.head_count_kv": { length: 3, values: [8, 0, 4] },
          "llama.attention.key_length": 128,
          "llama.attention.value_length": 96,
        }),
      ],
      "m.gguf",
    );
    assert.deepEqual(found.attention, { headCount: 32, headCountKv: [8, 0, 4], keyLength: 128, valueLength: 96 });
    const none = describeParts([header({ "general.architecture": "mamba" })], "m.gguf");
    assert.ok(Object.values(none.attention).every((value) => value === undefined));
  });

  it("names the type of most parameters where the file declares no scheme that it knows", () => {
    assert.equal(describeParts([header({ "general.architecture": "llama" })], "m").quantization, "Q4_K");
    const unknown = { "general.architecture": "llama", "general.file_type": 999 };
    assert.equal(describeParts([header(unknown)], "m").quantization, "Q4_K");
  });

  it("refuses what is not one whole model", () => {
    refused({}, "general.architecture");
    refused({ "general.architecture": 3 }, "general.architecture");
    refused({ "general.architecture": "llama", "general.type": "adapter" }, "general.type");
    refused({ "general.architecture": "llama", "llama.context_length": "long" }, "llama.context_length");
    refused({ "general.architecture": "llama", "llama.block_count": -1 }, "llama.block_count");
    const heads = "llama.attention.head_count_kv";
    refused({ "general.architecture": "llama", [heads]: { length: 2, values: [8, -1] } }, heads);
    refused({ "general.architecture": "llama", [heads]: { length: 2, values: ["8", "8"] } }, heads);
    // Longer than any model has layers: its values are not kept.
    refused({ "general.architecture": "llama", [heads]: { length: 5000 } }, heads);
    refused({ "general.architecture": "llama" }, "", []);
  });
});
