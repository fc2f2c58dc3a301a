import assert from "node:assert/strict";
import { defaultContextLength, judgeFit, memoryNeed } from "../../../src/core/models/memoryNeed.ts";

const mebibyte = 2 ** 20;
type Header = Parameters<typeof memoryNeed>[0];

function header(values: Partial<Header> & { readonly vocabularySize?: number }): Header {
  const { vocabularySize, ...rest } = values;
  return { tensorBytes: 0, attention: {}, tokenizer: { vocabularySize }, ...rest };
}

const nanoMistral = header({
  blockCount: 2,
  embeddingLength: 64,
  attention: { headCount: 8, headCountKv: 4 },
  vocabularySize: 32_000,
});
const nanoGpt2 = header({ blockCount: 2, embeddingLength: 32, attention: { headCount: 2 }, vocabularySize: 50_257 });
const llama7b = header({ blockCount: 32, embeddingLength: 4096, attention: { headCount: 32 }, vocabularySize: 32_000 });

/** What llama.cpp logs ("KV buffer size", "compute buffer size") for a batch of 512, without flash attention, in MiB. */
const logged = [
  { name: "nano-mistral", header: nanoMistral, contextLength: 2000, kvCacheType: "F32", cache: 1, working: 62.88 },
  { name: "nano-gpt2", header: nanoGpt2, contextLength: 2000, kvCacheType: "F32", cache: 1, working: 98.29 },
  { name: "Llama 2 7B", header: llama7b, contextLength: 4095, kvCacheType: "F16", cache: 2048, working: 296.01 },
] as const;

describe("memoryNeed", () => {
  for (const { name, header, contextLength, kvCacheType, cache, working } of logged) {
    it(`is what llama.cpp logs for ${name}`, () => {
      const need = memoryNeed(header, { contextLength, kvCacheType });
      assert.equal(need.kvCache! / mebibyte, cache);
      // 3 %: activations beside the largest result are an estimate.
      assert.ok(Math.abs(need.working! / mebibyte - working) < 0.03 * working, String(need.working! / mebibyte));
      assert.equal(need.total, need.kvCache! + need.working!);
    });
  }

  it("counts the heads of each layer where they differ, and keys apart from values", () => {
    const attention = { headCount: [8, 8, 8], headCountKv: [4, 0, 2], keyLength: 10, valueLength: 6 };
    const { kvCache } = memoryNeed(header({ blockCount: 3, embeddingLength: 64, attention }), {
      contextLength: 255,
      kvCacheType: "F16",
    });
    assert.equal(kvCache, 256 * (4 + 0 + 2) * (10 + 6) * 2);
  });

  it("leaves out what the header does not tell", () => {
    const need = memoryNeed(header({ tensorBytes: 100, blockCount: 2 }), { contextLength: 512, kvCacheType: "F32" });
    assert.deepEqual(need, { weights: 100, kvCache: undefined, working: undefined, total: 100 });
    const noHeads = header({ blockCount: 2, embeddingLength: 64, attention: { headCount: 0, headCountKv: 2 } });
    assert.equal(memoryNeed(noHeads, { contextLength: 512, kvCacheType: "F32" }).kvCache, undefined);
  });

  it("judges by what is available, and by what the machine has", () => {
    const memory = { available: 100, total: 200 };
    const fits = [100, 101, 201].map((total) => judgeFit({ total }, memory));
    assert.deepEqual(fits, ["fits", "machine", "never"]);
  });
});

describe("defaultContextLength", () => {
  it("is the model's own, but at most 4096", () => {
    assert.deepEqual(
      [512, 32768, undefined, 0].map((trainContextLength) => defaultContextLength({ trainContextLength })),
      [512, 4096, 4096, 4096],
    );
  });
});
