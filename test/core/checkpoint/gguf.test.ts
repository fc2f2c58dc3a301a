import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { ByteSource } from "../../../src/core/checkpoint/byteSource.ts";
import { readGgufHeader } from "../../../src/core/checkpoint/gguf.ts";
import { FileError } from "../../../src/core/errors.ts";
import { concat, ggufFile, u32, u64, value, type TestGguf } from "../../support/ggufWriter.ts";
import { modelFile } from "../../support/models.ts";

/** The bytes as a file that refuses to be read beyond its end. */
function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    name: "model.gguf",
    size: bytes.length,
    read: (offset, length) => {
      assert.ok(offset >= 0 && offset + length <= bytes.length, "read outside of the file");
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
  };
}

const small: TestGguf = {
  metadata: [
    ["general.architecture", value.string("llama")],
    ["llama.context_length", value.uint32(512)],
    ["tokenizer.ggml.add_bos_token", value.bool(1)],
    ["tokenizer.ggml.tokens", value.strings(["<s>", "a", "b"])],
    ["sizes", value.uint32s([1, 2, 3])],
    ["large", value.uint64(2n ** 63n)],
  ],
  tensors: [
    { name: "a", shape: [4, 2], offset: 0 },
    { name: "b", shape: [64], type: 8, offset: 32 },
  ],
  dataBytes: 32 + 68,
};

function rejects(change: Partial<TestGguf>, field: string, message: RegExp): Promise<void> {
  return assert.rejects(readGgufHeader(sourceOf(ggufFile({ ...small, ...change }))), (error) => {
    assert.ok(error instanceof FileError, String(error));
    assert.equal(error.place?.file, "model.gguf");
    assert.equal(error.place?.field ?? "", field);
    assert.match(error.message, message);
    return true;
  });
}

const tensor = (change: object) => ({ tensors: [{ ...small.tensors[0]!, ...change }] });

describe("readGgufHeader", () => {
  for (const version of [2, 3]) {
    it(`reads version ${version}`, async () => {
      const header = await readGgufHeader(sourceOf(ggufFile({ ...small, version })));
      assert.equal(header.version, version);
      assert.equal(header.dataOffset % 32, 0);
      assert.deepEqual(Object.fromEntries(header.metadata), {
        "general.architecture": "llama",
        "llama.context_length": 512,
        "tokenizer.ggml.add_bos_token": true,
        "tokenizer.ggml.tokens": { length: 3, values: ["<s>", "a", "b"] },
        sizes: { length: 3, values: [1, 2, 3] },
        large: 2n ** 63n,
      });
      assert.deepEqual(header.tensors, [
        { name: "a", type: "F32", shape: [4, 2], elements: 8, offset: header.dataOffset, byteLength: 32 },
        { name: "b", type: "Q8_0", shape: [64], elements: 64, offset: header.dataOffset + 32, byteLength: 68 },
      ]);
    });
  }

  it("reads a real model whose vocabulary is longer than the first window", async () => {
    const header = await readGgufHeader(sourceOf(readFileSync(await modelFile("nano-gpt2.f32"))));
    assert.deepEqual(header.metadata.get("tokenizer.ggml.tokens"), { length: 50257 });
    assert.equal(header.tensors.length, 28);
    assert.equal(header.tensors.at(-1)!.offset + header.tensors.at(-1)!.byteLength <= header.fileBytes, true);
  });

  it("refuses other formats and versions", async () => {
    await rejects({ magic: "GGML" }, "", /not a GGUF file/);
    await rejects({ version: 1 }, "version", /version 1/);
    await rejects({ version: 0x03000000 }, "version", /big-endian/);
    await assert.rejects(readGgufHeader(sourceOf(new Uint8Array())), /incomplete/);
  });

  it("refuses counts and lengths that the file cannot hold", async () => {
    await rejects({ tensorCount: 2n ** 40n }, "tensor count", /too small for/);
    await rejects({ metadataCount: 2n ** 62n }, "metadata count", /impossible/);
    const longString = value.raw(8, u64(2n ** 35n));
    await rejects({ metadata: [["key", longString]] }, "key", /too small for 34359738368/);
    const longArray = value.raw(9, concat([u32(4), u64(2n ** 30n)]));
    await rejects({ metadata: [["key", longArray]] }, "key", /too small for 1073741824/);
    const nested = (depth: number): Uint8Array =>
      depth === 0 ? concat([u32(0), u64(0)]) : concat([u32(9), u64(1), nested(depth - 1)]);
    await rejects({ metadata: [["key", value.raw(9, nested(8))]] }, "key", /nested too deeply/);
  });

  it("refuses impossible values", async () => {
    await rejects({ metadata: [["key", value.bool(2)]] }, "key", /boolean/);
    await rejects({ metadata: [["key", value.raw(77, u32(0))]] }, "key", /unknown type number 77/);
    await rejects(
      {
        metadata: [
          ["a", value.bool(0)],
          ["a", value.bool(0)],
        ],
      },
      "a",
      /twice/,
    );
    await rejects({ metadata: [["general.alignment", value.uint32(48)]] }, "general.alignment", /power of two/);
    await rejects({ metadata: [["general.alignment", value.uint32(0)]] }, "general.alignment", /power of two/);
  });

  it("refuses impossible tensors", async () => {
    await rejects(tensor({ type: 4 }), "a", /unknown type number 4/);
    await rejects(tensor({ shape: [] }), "a", /0 dimensions/);
    await rejects(tensor({ shape: [1, 1, 1, 1, 1] }), "a", /5 dimensions/);
    await rejects(tensor({ shape: [4, 0] }), "a", /impossible shape 4 x 0/);
    await rejects(tensor({ shape: [2n ** 40n, 2n ** 40n] }), "a", /impossible shape/);
    await rejects(tensor({ shape: [33], type: 8 }), "a", /33 values cannot be stored as Q8_0/);
    await rejects(tensor({ name: "x".repeat(64) }), "x".repeat(64), /longer than 63/);
  });

  it("refuses tensors that leave the file, overlap, repeat, or are not aligned", async () => {
    await rejects({ dataBytes: 99 }, "b", /incomplete: it ends after \d+ bytes, but its tensors need at least \d+/);
    await rejects(tensor({ offset: 2n ** 50n }), "a", /incomplete/);
    await rejects(tensor({ offset: 4 }), "a", /multiple of 32/);
    const [a, b] = small.tensors;
    await rejects({ tensors: [a!, { ...b!, offset: 0 }] }, "b", /overlaps/);
    await rejects({ tensors: [a!, { ...a!, offset: 32 }] }, "a", /twice/);
  });

  it("answers every truncation with an error", async () => {
    const bytes = ggufFile(small);
    for (let length = 0; length < bytes.length; length++) {
      await assert.rejects(readGgufHeader(sourceOf(bytes.subarray(0, length))), FileError, `${length} bytes`);
    }
  });

  it("answers flipped bits with an error or with tensors inside the file", async () => {
    const bytes = ggufFile(small);
    const flips = fc.array(fc.nat(bytes.length * 8 - 1), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(flips, async (bits) => {
        const damaged = bytes.slice();
        for (const bit of bits) damaged[bit >> 3]! ^= 1 << (bit & 7);
        const header = await readGgufHeader(sourceOf(damaged)).catch((error: unknown) => {
          assert.ok(error instanceof FileError, String(error));
        });
        for (const { offset, byteLength } of header?.tensors ?? []) {
          assert.ok(offset >= header!.dataOffset && offset + byteLength <= damaged.length);
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it("answers arbitrary bytes after the magic number with an error or a header", async () => {
    const start = concat([new TextEncoder().encode("GGUF"), u32(3)]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (rest) => {
        await readGgufHeader(sourceOf(concat([start, rest]))).catch((error: unknown) => {
          assert.ok(error instanceof FileError, String(error));
        });
      }),
      { numRuns: 1000, seed: 1 },
    );
  });
});
