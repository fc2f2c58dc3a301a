import assert from "node:assert/strict";
import fc from "fast-check";
import { nodeKey, planContinuations } from "../../../src/core/models/continuationTree.ts";

/** Distinct proper beginnings of the continuations, the empty one included, with the tokens that follow each. */
function beginnings(continuations: readonly (readonly number[])[]): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>();
  for (const tokens of continuations) {
    for (const [index, token] of tokens.entries()) {
      const key = nodeKey(tokens.slice(0, index));
      found.set(key, (found.get(key) ?? new Set()).add(token));
    }
  }
  return found;
}

describe("planContinuations", () => {
  it("needs one place for single-token continuations", () => {
    assert.deepEqual(planContinuations([[1], [2], [1]]), [{ path: [], nodes: [{ path: [], next: [1, 2] }] }]);
  });

  it("walks down the first branch together with the root, and comes back to the branching point", () => {
    const steps = planContinuations([[1, 2, 3], [1, 2, 4], [1, 5, 6], [7]]);
    assert.deepEqual(steps, [
      {
        path: [1, 2],
        nodes: [
          { path: [], next: [1, 7] },
          { path: [1], next: [2, 5] },
          { path: [1, 2], next: [3, 4] },
        ],
      },
      { path: [1, 5], nodes: [{ path: [1, 5], next: [6] }] },
    ]);
  });

  it("evaluates every inner place once, on a path that the step before leads to", () => {
    const token = fc.nat(3);
    const continuations = fc.array(fc.array(token, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(continuations, (given) => {
        const expected = beginnings(given);
        let state: readonly number[] = [];
        for (const { path, nodes } of planContinuations(given)) {
          for (const node of nodes) {
            assert.deepEqual(new Set(node.next), expected.get(nodeKey(node.path)), "next tokens");
            assert.ok(expected.delete(nodeKey(node.path)), "evaluated twice, or not wanted");
            assert.deepEqual(node.path, path.slice(0, node.path.length), "off the path");
          }
          const parent = nodes[0]!.path.slice(0, -1);
          assert.deepEqual(state.slice(0, parent.length), parent, "the way to the first new place is not in the state");
          assert.equal(nodes.at(-1)!.path.length - nodes[0]!.path.length, nodes.length - 1, "a place is skipped");
          state = path;
        }
        assert.equal(expected.size, 0, "places left out");
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
