import assert from "node:assert/strict";
import { ByModel } from "../../../src/core/checkpoint/byModel.ts";
import { formatModelReference, parseModelReference } from "../../../src/core/checkpoint/modelReference.ts";

describe("Something of every model of a merge", () => {
  const [a, b] = [parseModelReference("org/a"), parseModelReference("org/b@main+adapter")];
  const lengths = new ByModel([
    [a, 1],
    [b, 0],
  ]);

  it("is found by a reference that says the same, and by its key", () => {
    assert.equal(lengths.of(parseModelReference("org/b@main+adapter")), 0);
    assert.equal(lengths.of(formatModelReference(a)), 1);
  });

  it("keeps the order, also of what is made of it", () => {
    const doubled = lengths.map((length) => 2 * length + 1);
    assert.deepEqual(
      [...doubled],
      [
        ["org/a", 3],
        ["org/b@main+adapter", 1],
      ],
    );
  });

  it("is a defect to ask for where a model is none of them", () => {
    assert.throws(() => lengths.of(parseModelReference("org/b")), /org\/b is not among org\/a, org\/b@main\+adapter/);
  });
});
