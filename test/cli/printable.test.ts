import assert from "node:assert/strict";
import fc from "fast-check";
import { printable, printableJson, printableLines } from "../../src/cli/printable.ts";

const control = /[\p{Control}\u202A-\u202E\u2066-\u2069]/u;
const hostile = fc.string({
  unit: fc.constantFrom("a", "\u001b", "\u0007", "\u009b", "\r", "\n", "\t", "\u202e", "é"),
});

describe("printable", () => {
  it("never lets control characters of a file reach the terminal", () => {
    assert.equal(printable("x\u001b[31mred\nnext\u009b2J"), "x\\u001b[31mred\\nnext\\u009b2J");
    assert.equal(printable("Ünï 模型"), "Ünï 模型");
    fc.assert(fc.property(hostile, (text) => assert.doesNotMatch(printable(text), control)));
  });

  it("leaves line breaks and tabs of texts of several lines", () => {
    assert.equal(printableLines("a\n\tb\r\u001b]0;T\u0007"), "a\n\tb\\r\\u001b]0;T\\u0007");
    fc.assert(
      fc.property(hostile, (text) => assert.doesNotMatch(printableLines(text).replace(/[\n\t]/g, ""), control)),
    );
  });

  it("writes JSON that no terminal obeys, and that reads back", () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, hostile), (value) => {
        const json = printableJson(value, 2);
        assert.doesNotMatch(json.replaceAll("\n", ""), control);
        assert.deepEqual(JSON.parse(json), { ...value });
      }),
    );
  });
});
