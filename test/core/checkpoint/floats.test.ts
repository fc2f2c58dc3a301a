import assert from "node:assert/strict";
import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "../../../src/core/checkpoint/floats.ts";
import { Mt19937 } from "../../../src/core/random/mt19937.ts";

const formats = [
  { name: "BF16", encode: encodeBf16, decode: decodeBf16, infinity: 0x7f80 },
  { name: "F16", encode: encodeF16, decode: decodeF16, infinity: 0x7c00 },
];

describe("16-bit floating point", () => {
  for (const { name, encode, decode, infinity } of formats) {
    it(`${name} keeps every value that it holds`, () => {
      for (let bits = 0; bits < 65536; bits++) {
        const value = decode(bits);
        if (Number.isNaN(value)) assert.ok(Number.isNaN(decode(encode(value))));
        else assert.equal(encode(value), bits);
      }
    });

    it(`${name} rounds to the nearest value, ties to even`, () => {
      const words = Mt19937.fromSeed(1);
      for (let i = 0; i < 20000; i++) {
        const bits = words.nextUint32() % (infinity - 1);
        const [low, high] = [decode(bits), decode(bits + 1)];
        const value = Math.fround(low + (high - low) * ((words.nextUint32() % 9) / 8));
        const nearer = value - low < high - value ? bits : bits + 1;
        const expected = value - low === high - value ? bits + (bits % 2) : nearer;
        assert.equal(encode(value), expected);
        assert.equal(encode(-value), expected | 0x8000);
      }
    });
  }

  it("F16 becomes infinite from half a step beyond its largest value", () => {
    assert.equal(encodeF16(65519.99), 0x7bff);
    assert.equal(encodeF16(65520), 0x7c00);
    assert.equal(encodeF16(-1e30), 0xfc00);
    assert.equal(encodeBf16(3.4e38), 0x7f80);
  });

  it("F16 holds multiples of 2^-24 below its smallest normal value", () => {
    assert.equal(encodeF16(2 ** -24), 1);
    assert.equal(encodeF16(2 ** -25), 0);
    assert.equal(encodeF16(2 ** -25 * 1.01), 1);
    assert.equal(encodeF16(3 * 2 ** -25), 2);
  });
});
