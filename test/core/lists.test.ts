import assert from "node:assert/strict";
import { append, largest, smallest } from "../../src/core/lists.ts";

describe("lists longer than a call may have arguments", () => {
  const long = Array.from({ length: 300_000 }, (_, index) => index);

  it("are appended, and have a largest and a smallest entry", () => {
    const list = [-1];
    append(list, long);
    assert.equal(list.length, long.length + 1);
    assert.equal(largest(list), long.length - 1);
    assert.equal(smallest(list), -1);
  });

  it("are like Math's own where they are short", () => {
    for (const values of [[], [1, NaN], [3, -2]]) {
      assert.equal(largest(values), Math.max(...values));
      assert.equal(smallest(values), Math.min(...values));
    }
  });
});
