import assert from "node:assert/strict";
import fc from "fast-check";
import { groupEnds, sharedGroups } from "../../../src/core/models/tokenGroups.ts";

describe("groups of tokens", () => {
  it("end at the known place, and after a fixed number of tokens on both sides of it", () => {
    assert.deepEqual(groupEnds(10, 4), [4, 8, 10]);
    assert.deepEqual(groupEnds(10, 4, 3), [3, 7, 10]);
    assert.deepEqual(groupEnds(10, 4, 5), [4, 5, 9, 10]);
    assert.deepEqual(groupEnds(4, 4, 9), [4]);
    assert.deepEqual(groupEnds(0, 4), []);
  });

  it("are shared up to where a fresh evaluation would do the same", () => {
    const tokens = fc.array(fc.nat(1), { maxLength: 40 });
    const place = fc.nat(12);
    fc.assert(
      fc.property(tokens, tokens, place, place, fc.nat(40), (a, b, placeA, placeB, limit) => {
        const evaluated = { tokens: a, ends: groupEnds(a.length, 5, placeA) };
        const wanted = { tokens: b, ends: groupEnds(b.length, 5, placeB) };
        const shared = sharedGroups(evaluated, wanted, limit);
        const upTo = ({ tokens, ends }: typeof wanted, length: number) => [
          tokens.slice(0, length),
          ends.filter((end) => end <= length),
        ];
        assert.ok(shared <= limit && (shared === 0 || wanted.ends.includes(shared)));
        assert.deepEqual(upTo(evaluated, shared), upTo(wanted, shared));
        const next = wanted.ends.find((end) => end > shared);
        const alike = next !== undefined && next <= limit && evaluated.ends.includes(next);
        if (alike) assert.notDeepEqual(upTo(evaluated, next), upTo(wanted, next));
      }),
    );
  });
});
