import assert from "node:assert/strict";
import { accuracyEstimate } from "../../../src/core/statistics/accuracy.ts";
import { groupAccuracy } from "../../../src/core/statistics/groupAccuracy.ts";
import { wilsonInterval } from "../../../src/core/statistics/proportion.ts";
import { RunningAccuracy } from "../../../src/node/evaluation/runningAccuracy.ts";

function after(answers: readonly (readonly [benchmark: string, marks: string])[]) {
  const running = new RunningAccuracy();
  for (const [benchmark, marks] of answers) {
    [...marks].forEach((mark, index) => running.add({ benchmark, item: `${index}`, correct: mark === "+" }));
  }
  return running.estimate();
}

describe("accuracy of a run that goes on", () => {
  it("has the intervals that the result will have", () => {
    assert.equal(after([]), undefined);
    const one = wilsonInterval(3, 5);
    assert.deepEqual(after([["x", "++-+-"]]), { value: 0.6, interval: [one.low, one.high], n: 5 });
    const group = groupAccuracy([{ correct: 3, n: 5 }, { correct: 1, n: 3 }], "size"); // prettier-ignore
    assert.deepEqual(after([["x", "++-+-"], ["y", "-+-"]]), {
      value: group.accuracy,
      interval: [group.interval.low, group.interval.high],
      n: 8,
    }); // prettier-ignore
  });

  it("takes the draws of an item as one cluster, and a single item as no sample of draws", () => {
    const items = ["0", "1", "2"];
    const clustered = accuracyEstimate([true, false, true, true, true, true], [...items, ...items]);
    const { low, high } = clustered.interval;
    assert.deepEqual(after([["x", "+-+"], ["x", "+++"]]), { value: 5 / 6, interval: [low, high], n: 6 }); // prettier-ignore
    const single = groupAccuracy([{ correct: 1, n: 1 }], "size").interval;
    assert.deepEqual(after([["x", "+"], ["x", "+"]]), { value: 1, interval: [single.low, single.high], n: 2 }); // prettier-ignore
  });
});
