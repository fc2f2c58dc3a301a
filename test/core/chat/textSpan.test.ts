import assert from "node:assert/strict";
import { followChange } from "../../../src/core/chat/textSpan.ts";
import { PythonRandom } from "../../../src/core/random/pythonRandom.ts";

describe("A part of a text that is edited", () => {
  const span = { start: 10, end: 20 };
  const cases = [
    ["before it", { offset: 2, removed: 3, inserted: 5 }, { start: 12, end: 22 }],
    ["behind it", { offset: 25, removed: 3, inserted: 5 }, span],
    ["in it", { offset: 12, removed: 3, inserted: 5 }, { start: 10, end: 22 }],
    ["at its beginning", { offset: 10, removed: 0, inserted: 4 }, { start: 14, end: 24 }],
    ["at its end", { offset: 20, removed: 0, inserted: 4 }, span],
    ["across its beginning", { offset: 5, removed: 10, inserted: 1 }, { start: 6, end: 11 }],
    ["across its end", { offset: 15, removed: 10, inserted: 7 }, { start: 10, end: 15 }],
    ["all of it", { offset: 5, removed: 30, inserted: 3 }, { start: 8, end: 8 }],
  ] as const;
  for (const [what, change, expected] of cases) {
    it(`is followed when ${what} something is replaced`, () => {
      assert.deepEqual(followChange(span, change), expected);
    });
  }

  it("still holds the same text after any edits outside", () => {
    const random = new PythonRandom(5);
    let text = "before [inside] behind";
    let followed = { start: text.indexOf("["), end: text.indexOf("]") + 1 };
    for (let round = 0; round < 500; round++) {
      const isBefore = random.randrange(2) === 0;
      const from = isBefore ? 0 : followed.end;
      const room = isBefore ? followed.start : text.length - followed.end;
      const removed = random.randrange(Math.min(room, 3) + 1);
      const offset = from + random.randrange(room - removed + 1);
      const inserted = "x".repeat(random.randrange(4));
      text = text.slice(0, offset) + inserted + text.slice(offset + removed);
      followed = followChange(followed, { offset, removed, inserted: inserted.length });
      assert.equal(text.slice(followed.start, followed.end), "[inside]");
    }
  });
});
