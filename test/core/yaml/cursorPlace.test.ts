import assert from "node:assert/strict";
import { cursorPlace } from "../../../src/core/yaml/cursorPlace.ts";

describe("cursorPlace", () => {
  it("knows no place in a text that is nested too deeply to be looked at", () => {
    const deep = `parameters: ${"[".repeat(5000)}`;
    assert.equal(cursorPlace(deep, deep.length), undefined);
    assert.equal(cursorPlace("a: 1\nb: ", 8)?.role, "value");
  });
});
