import assert from "node:assert/strict";
import fc from "fast-check";
import type { ByteSource } from "../../../src/core/checkpoint/byteSource.ts";
import { readSafetensorsHeader } from "../../../src/core/checkpoint/safetensors.ts";
import {
  layOutSafetensors,
  shardFileName,
  splitIntoShards,
  tensorBytes,
} from "../../../src/core/checkpoint/safetensorsWriter.ts";
import { MedleyError } from "../../../src/core/errors.ts";

/** A file in memory that refuses to hand out, or be asked for, more than it has. */
function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    name: "model.safetensors",
    size: bytes.length,
    async read(offset, length) {
      assert.ok(length <= bytes.length, `asked for ${length} bytes of a file of ${bytes.length}`);
      assert.ok(offset >= 0 && offset + length <= bytes.length);
      return bytes.slice(offset, offset + length);
    },
  };
}

function fileOf(header: string, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

const entry = (dtype: string, shape: unknown, start: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

async function rejects(header: string, dataBytes: number, expected: RegExp): Promise<void> {
  await assert.rejects(readSafetensorsHeader(sourceOf(fileOf(header, dataBytes))), (error: unknown) => {
    assert.ok(error instanceof MedleyError);
    assert.equal(error.place?.file, "model.safetensors");
    assert.match(error.message, expected);
    return true;
  });
}

describe("safetensors headers", () => {
  it("are read with types, shapes and places", async () => {
    const header = { __metadata__: { format: "pt" }, b: entry("BF16", [2, 3], 4, 16), a: entry("F32", [], 0, 4) };
    const read = await readSafetensorsHeader(sourceOf(fileOf(JSON.stringify(header), 16)));
    assert.deepEqual([...read.tensors.keys()], ["a", "b"]);
    const b = read.tensors.get("b")!;
    assert.deepEqual([b.dtype, b.shape, b.elements, b.byteLength], ["BF16", [2, 3], 6, 12]);
    assert.equal(b.offset, read.dataOffset + 4);
    assert.equal(read.metadata.get("format"), "pt");
  });

  it("are refused with the tensor that is at fault", async () => {
    const one = (value: unknown) => JSON.stringify({ "model.norm": value });
    await rejects(one(entry("F99", [1], 0, 4)), 4, /"model\.norm": unknown dtype "F99"/);
    await rejects(one(entry("F32", [-1], 0, 4)), 4, /"model\.norm": `shape`/);
    await rejects(one(entry("F32", [1.5], 0, 4)), 4, /`shape`/);
    await rejects(one(entry("F32", [2 ** 40, 2 ** 40], 0, 4)), 4, /not a usable number of bytes/);
    await rejects('{"t":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}}', 4, /"t": `shape`/);
    await rejects(one(entry("F32", [1], 0, 8)), 8, /needs 4 bytes, its data_offsets span 8/);
    await rejects(one(entry("F32", [2], 0, 8)), 4, /ends? at byte|the file has/);
    await rejects(one(entry("F32", [1], 4, 0)), 4, /needs 4 bytes/);
    await rejects(one("text"), 4, /not an object/);
    await rejects(one(entry("F4", [3], 0, 2)), 2, /not a usable number of bytes/);
  });

  it("are refused when tensors overlap, leave gaps or share a name", async () => {
    const overlapping = JSON.stringify({ a: entry("F32", [2], 0, 8), b: entry("F32", [2], 4, 12) });
    await rejects(overlapping, 12, /tensor "b" overlaps tensor "a"/);
    await rejects(JSON.stringify({ a: entry("U8", [2], 1, 3) }), 3, /1 bytes before tensor "a"/);
    await rejects(JSON.stringify({ a: entry("U8", [2], 0, 2) }), 3, /1 bytes at its end/);
    const a = JSON.stringify(entry("U8", [2], 0, 2));
    await rejects(`{"a":${a},"\\u0061":${a}}`, 2, /"a" occurs twice/);
  });

  it("are refused when the length field does not fit the file", async () => {
    const file = fileOf("{}", 0);
    for (const length of [11n, 100_000_001n, 2n ** 63n]) {
      new DataView(file.buffer).setBigUint64(0, length, true);
      await assert.rejects(readSafetensorsHeader(sourceOf(file)), /the header is said to have/);
    }
    await assert.rejects(readSafetensorsHeader(sourceOf(new Uint8Array(3))), /only 3 bytes/);
    await rejects("[]", 0, /not a JSON object/);
    await rejects("{{", 0, /not valid UTF-8 JSON/);
  });

  it("never crash or over-allocate on damaged bytes", async () => {
    const specs = [
      { name: "a", dtype: "BF16", shape: [3, 5] },
      { name: "b", dtype: "F32", shape: [7] },
      { name: "c.d", dtype: "I64", shape: [] },
    ] as const;
    const { header, fileBytes } = layOutSafetensors(specs);
    const whole = new Uint8Array(fileBytes);
    whole.set(header);
    const mutation = fc.array(fc.tuple(fc.nat(header.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    let refused = 0;
    const property = fc.asyncProperty(mutation, fc.nat(fileBytes), async (changes, cut) => {
      const bytes = whole.slice(0, changes.length % 2 === 0 ? fileBytes : Math.max(cut, 1));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      try {
        const { tensors } = await readSafetensorsHeader(sourceOf(bytes));
        for (const { offset, byteLength } of tensors.values()) assert.ok(offset + byteLength <= bytes.length);
      } catch (error) {
        assert.ok(error instanceof MedleyError, String(error));
        refused++;
      }
    });
    await fc.assert(property, { numRuns: 600, seed: 4 });
    assert.ok(refused >= 300, `only ${refused} files were refused`);
  });
});

describe("the safetensors writer", () => {
  it("orders by type, then name, and pads the header to 8 bytes", async () => {
    const layout = layOutSafetensors([
      { name: "z", dtype: "BF16", shape: [2] },
      { name: "a", dtype: "BF16", shape: [2] },
      { name: "m", dtype: "F32", shape: [1] },
      { name: "i", dtype: "I64", shape: [1] },
    ]);
    assert.deepEqual(
      layout.tensors.map(({ name }) => name),
      ["i", "m", "a", "z"],
    );
    assert.equal(layout.header.length % 8, 0);
    assert.equal(
      new TextDecoder().decode(layout.header.slice(8, 80)),
      '{"__metadata__":{"format":"pt"},"i":{"dtype":"I64","shape":[1],"data_off',
    );
    const file = new Uint8Array(layout.fileBytes);
    file.set(layout.header);
    const read = await readSafetensorsHeader(sourceOf(file));
    assert.deepEqual([...read.tensors.values()], layout.tensors);
  });

  it("splits shards so that only a shard of one tensor is above the limit", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 });
    const property = fc.property(sizes, fc.integer({ min: 1, max: 80 }), (shape, limit) => {
      const specs = shape.map((size, index) => ({ name: `t${index}`, dtype: "U8" as const, shape: [size] }));
      const shards = splitIntoShards(specs, limit);
      assert.deepEqual(shards.flat(), specs);
      for (const shard of shards) {
        const bytes = shard.reduce((sum, spec) => sum + tensorBytes(spec), 0);
        assert.ok(shard.length === 1 || bytes <= limit);
      }
    });
    fc.assert(property, { seed: 5 });
    assert.equal(shardFileName(0, 1), "model.safetensors");
    assert.equal(shardFileName(3, 12), "model-00004-of-00012.safetensors");
  });
});
