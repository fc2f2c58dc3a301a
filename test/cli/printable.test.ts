import assert from "node:assert/strict";
import { printable } from "../../src/cli/printable.ts";

describe("printable", () => {
  it("never lets control characters of a file reach the terminal", () => {
    assert.equal(printable("x\u001b[31mred\nnext\u009b2J"), "x\\u001b[31mred\\nnext\\u009b2J");
    assert.equal(printable("Ünï 模型"), "Ünï 模型");
  });
});
