import assert from "node:assert/strict";
import { fuzz } from "../fuzz/fuzz.ts";
import { allTargets } from "../fuzz/targets.ts";

/** A small part of what `npx tsx test/fuzz/main.ts --runs 1000000` reads. */
const count = 5000;

describe("Everything that reads files of others", function () {
  this.timeout(300_000);

  it("reads mutated inputs or refuses them with a typed error, in moderate time", async () => {
    const targets = await allTargets();
    const { failures, counts } = await fuzz(targets, 7, { from: 0, count });
    assert.deepEqual(failures, []);
    assert.equal(counts.size, targets.length);
  });

  it("reads every sample that the inputs are made from", async () => {
    for (const target of await allTargets()) for (const sample of target.samples) await target.read(sample, 0.5);
  });
});
