import assert from "node:assert/strict";
import { ConfigurationError } from "../../../src/core/errors.ts";
import { Mt19937 } from "../../../src/core/random/mt19937.ts";
import { TorchGenerator } from "../../../src/core/random/torchGenerator.ts";

describe("Mt19937.fromSeed", () => {
  // numpy.random.RandomState(seed) seeds the same way; words at these positions of its raw stream.
  const expected: [number, Record<number, number>][] = [
    [0, { 0: 2357136044, 1: 2546248239, 623: 3791854820, 624: 341544762, 625: 1076416385, 699: 747805126 }],
    [42, { 0: 1608637542, 1: 3421126067, 2: 4083286876, 3: 787846414, 4: 3143890026 }],
    [4294967295, { 0: 419326371, 2: 3918654476, 623: 1027084080, 624: 3860652269, 699: 1315897766 }],
  ];
  for (const [seed, words] of expected) {
    it(`gives the reference words for seed ${seed}`, () => {
      const generator = Mt19937.fromSeed(seed);
      const stream = Array.from({ length: 700 }, () => generator.nextUint32());
      for (const [position, word] of Object.entries(words)) assert.equal(stream[Number(position)], word, position);
    });
  }
});

describe("TorchGenerator", () => {
  it("draws torch.rand(5) after torch.manual_seed(42)", () => {
    const generator = new TorchGenerator(42);
    // As torch prints them, four decimals.
    assert.deepEqual(
      Array.from({ length: 5 }, () => generator.uniform().toFixed(4)),
      ["0.8823", "0.9150", "0.3829", "0.9593", "0.3904"],
    );
  });

  it("fills masks from the same stream, one word an element", () => {
    const uniforms = new TorchGenerator(7);
    const probabilities = Float32Array.from({ length: 1001 }, (_, i) => i / 1000);
    const expected = Array.from(probabilities, (p) => (uniforms.uniform() < p ? 1 : 0));
    const one = Array.from({ length: 37 }, () => (uniforms.uniform() < Math.fround(0.3) ? 1 : 0));

    const generator = new TorchGenerator(7);
    const mask = new Uint8Array(1001);
    generator.fillBernoulliEach(mask, probabilities);
    assert.deepEqual([...mask], expected);
    const second = new Uint8Array(37);
    generator.fillBernoulli(second, 0.3);
    assert.deepEqual([...second], one);
  });

  it("decides by the last bit: an element whose number equals the probability is not kept", () => {
    const uniforms = new TorchGenerator(3);
    for (let position = 0; position < 20; position++) {
      const u = uniforms.uniform();
      const masks = [u, u + 2 ** -24].map((probability) => {
        const mask = new Uint8Array(position + 1);
        new TorchGenerator(3).fillBernoulli(mask, probability);
        return mask[position];
      });
      assert.deepEqual(masks, [0, 1]);
    }
  });

  it("keeps everything at probability 1 and nothing at 0", () => {
    const mask = new Uint8Array(5000);
    new TorchGenerator(1).fillBernoulli(mask, 1);
    assert.ok(mask.every((bit) => bit === 1));
    new TorchGenerator(1).fillBernoulli(mask, 0);
    assert.ok(mask.every((bit) => bit === 0));
  });

  it("refuses seeds that the merge tool refuses, and unequal lengths", () => {
    for (const seed of [-1, 2 ** 32, 1.5, Number.NaN])
      assert.throws(() => new TorchGenerator(seed), ConfigurationError);
    assert.throws(() => new TorchGenerator(0).fillBernoulliEach(new Uint8Array(2), new Float32Array(3)), RangeError);
  });
});
