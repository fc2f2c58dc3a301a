import assert from "node:assert/strict";
import { displayWidth, textTable } from "../../src/cli/textTable.ts";

describe("text table", () => {
  it("aligns columns by what a terminal shows", () => {
    const table = textTable(
      ["name", "n"],
      [
        ["模型", "7"],
        ["é́", "1273"],
      ],
      ["n"],
    );
    assert.equal(table, ["name     n", "模型     7", "é́     1273"].join("\n"));
    assert.equal(displayWidth("السؤال"), 6);
  });

  it("never sends control characters of a file to the terminal", () => {
    assert.equal(textTable(["a"], [["x\u001b[31mred\nnext"]]), "a\nx\\u001b[31mred\\nnext");
  });
});
