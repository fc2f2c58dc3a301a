import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ConfigurationError } from "../../../src/core/errors.ts";
import { PythonRandom } from "../../../src/core/random/pythonRandom.ts";

interface SeedCase {
  seed: string;
  random: number[];
  getrandbits: [number, number][];
  randrange: [number, number][];
  choice: string[];
  sample: { n: number; k: number; first: number[]; checksum: number }[];
  shuffle: number[][];
  afterwards: number;
}

const { seeds } = JSON.parse(
  readFileSync(new URL("../../fixtures/random/pythonRandom.json", import.meta.url), "utf8"),
) as { seeds: SeedCase[] };

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("PythonRandom", () => {
  for (const expected of seeds) {
    it(`draws what CPython draws for seed ${expected.seed}`, () => {
      const rng = new PythonRandom(BigInt(expected.seed));
      assert.deepEqual(
        expected.random.map(() => rng.random()),
        expected.random,
      );
      for (const [bits, value] of expected.getrandbits) assert.equal(rng.getrandbits(bits), value, `${bits} bits`);
      for (const [n, value] of expected.randrange) assert.equal(rng.randrange(n), value, `randrange(${n})`);
      assert.deepEqual(
        expected.choice.map(() => rng.choice([..."ABCDE"])),
        expected.choice,
      );
      for (const { n, k, first, checksum } of expected.sample) {
        const drawn = rng.sampleIndices(n, k);
        assert.deepEqual(drawn.slice(0, 8), first, `sample(range(${n}), ${k})`);
        assert.equal(drawn.reduce((sum, value, i) => sum + (i + 1) * value, 0) % (2 ** 31 - 1), checksum);
      }
      for (const order of expected.shuffle) assert.deepEqual(rng.shuffled(range(order.length)), order);
      for (let i = 0; i < 2000; i++) rng.random();
      assert.equal(rng.random(), expected.afterwards);
    });
  }

  it("draws lm-evaluation-harness's 3-shot training rows", () => {
    const rows: [number, number[][]][] = [
      [10178, [[7220, 1914, 122], [1485, 9539, 572], [1375, 1612, 5810]]], // prettier-ignore
      [182822, [[115535, 30631, 1963], [23761, 152627, 9155], [176046, 181688, 22003]]], // prettier-ignore
      [450, [[398, 225, 59], [3, 46, 413], [298, 17, 343]]], // prettier-ignore
    ];
    for (const [n, shots] of rows) {
      const rng = new PythonRandom(1234);
      assert.deepEqual(
        shots.map(() => rng.sampleIndices(n, 3)),
        shots,
      );
    }
    assert.equal(new PythonRandom(1234).getrandbits(32), 4150886329);
    assert.equal(new PythonRandom(1234).random(), 0.9664535356921388);
  });

  it("samples members, and takes the seed as number or bigint", () => {
    const population = range(300).map((i) => `item ${i}`);
    assert.deepEqual(
      new PythonRandom(7).sample(population, 40),
      new PythonRandom(7n).sampleIndices(300, 40).map((i) => `item ${i}`),
    );
  });

  it("refuses what cannot be drawn", () => {
    const rng = new PythonRandom(0);
    assert.throws(() => rng.sampleIndices(2, 3), ConfigurationError);
    assert.throws(() => rng.sampleIndices(3, -1), ConfigurationError);
    assert.throws(() => new PythonRandom(0.5), ConfigurationError);
    assert.throws(() => new PythonRandom(2 ** 60), ConfigurationError);
    assert.throws(() => rng.choice([]), RangeError);
    assert.throws(() => rng.randrange(2 ** 32), RangeError);
    assert.throws(() => rng.getrandbits(33), RangeError);
  });
});
