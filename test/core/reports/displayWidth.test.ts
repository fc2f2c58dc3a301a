import assert from "node:assert/strict";
import { displayWidth } from "../../../src/core/reports/displayWidth.ts";

describe("displayWidth", () => {
  it("counts what a terminal shows", () => {
    assert.equal(displayWidth("medqa-4"), 7);
    assert.equal(displayWidth("模型"), 4);
    assert.equal(displayWidth("é"), 1);
    assert.equal(displayWidth("السؤال"), 6);
    assert.equal(displayWidth("✅"), 2);
  });
});
