import assert from "node:assert/strict";
import fc from "fast-check";
import { formatSafetensorsIndex, parseSafetensorsIndex } from "../../../src/core/checkpoint/safetensorsIndex.ts";
import { DataError, MedleyError } from "../../../src/core/errors.ts";

const parse = (text: string) => parseSafetensorsIndex(text, "model.safetensors.index.json");

describe("safetensors indexes", () => {
  it("are read back as they were written", () => {
    const shards = new Map([
      ["b", "model-00001-of-00002.safetensors"],
      ["a", "model-00002-of-00002.safetensors"],
    ]);
    const text = formatSafetensorsIndex(12, shards);
    assert.deepEqual([...parse(text)], [...shards]);
    assert.match(text, /^\{\n {2}"metadata": \{\n {4}"total_size": 12\n/);
  });

  it("may not lead out of their folder", () => {
    const outside = [
      "../x.safetensors",
      "/etc/x.safetensors",
      "a\\b.safetensors",
      "C:x.safetensors",
      "x.bin",
      "a/b.safetensors",
    ];
    for (const shard of [...outside, "..", "\u0000.safetensors"]) {
      const text = JSON.stringify({ weight_map: { "model.norm": shard } });
      assert.throws(() => parse(text), /The tensor "model\.norm" is said to lie in/);
    }
  });

  it("are refused when a tensor occurs twice or the form is another", () => {
    assert.throws(() => parse('{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}'), /"a" occurs twice/);
    for (const text of ["", "[]", "{}", '{"weight_map":{"a":1}}', '{"metadata":{"total_size":-1},"weight_map":{}}']) {
      assert.throws(() => parse(text), DataError);
    }
  });

  it("never crash on damaged text", () => {
    const good = formatSafetensorsIndex(7, new Map([["a.b", "model.safetensors"]]));
    const property = fc.property(fc.nat(good.length), fc.string({ maxLength: 3 }), (at, text) => {
      try {
        parse(good.slice(0, at) + text + good.slice(at + text.length));
      } catch (error) {
        assert.ok(error instanceof MedleyError, String(error));
      }
    });
    fc.assert(property, { numRuns: 400, seed: 6 });
  });
});
