import assert from "node:assert/strict";
import { placeAt, placeInText } from "../../../../../src/core/merge/plan/view/placeInText.ts";

const text = `name: blend
merge_method: slerp
slices:
  - sources:
      - model: org/a
        layer_range: [0, 4]
      - model: org/b+adapter
        layer_range: [0, 4]
  - sources: [{ model: org/a, layer_range: [2, 4] }]
---
merge_method: linear
models:
  - model: blend
    parameters: { weight: 1 }
  - model: "org/b"
`;

describe("Places of a plan in its configuration", () => {
  const shown = (merge: string | null, slice: number | null, model: string | null, within = text) => {
    const range = placeInText(within, { merge, slice, model });
    return range === undefined ? undefined : within.slice(range.start, range.end);
  };

  it("are found by slice and model", () => {
    assert.match(shown("blend", 0, "org/b+adapter")!, /^model: org\/b\+adapter\s+layer_range: \[0, 4\]$/);
    assert.match(shown("blend", 1, null)!, /^sources: .*\[2, 4\]/);
    assert.match(shown("blend", 1, "org/a")!, /^\{ model: org\/a, layer_range: \[2, 4\]/);
    assert.match(shown(null, 0, "org/b")!, /^model: "org\/b/);
    assert.match(shown(null, 0, null)!, /^merge_method: linear/);
    assert.equal(shown("gone", 0, null), undefined);
  });

  it("are found in text that cannot be parsed", () => {
    assert.match(shown("blend", 1, "org/a", text.replace("slerp", "[slerp"))!, /^\{ model: org\/a/);
  });

  it("are told from where the cursor stands", () => {
    const at = (words: string) => placeAt(text, text.indexOf(words));
    assert.deepEqual(at("org/b+adapter"), { merge: "blend", slice: 0, model: "org/b+adapter" });
    assert.deepEqual(at("[2, 4]"), { merge: "blend", slice: 1, model: "org/a" });
    assert.deepEqual(at("weight: 1"), { merge: null, slice: null, model: "blend" });
    assert.deepEqual(at("slerp"), { merge: "blend", slice: null, model: null });
  });

  it("never fails, wherever a text ends", () => {
    for (let end = 0; end <= text.length; end++) {
      placeAt(text.slice(0, end), end);
      placeInText(text.slice(0, end), { merge: "blend", slice: 1, model: "org/a" });
    }
  });
});
