import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { forEachInFlight } from "../../../src/node/evaluation/inFlight.ts";

async function* numbers(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield await Promise.resolve(i);
}

describe("forEachInFlight", () => {
  it("works on several things at a time, and never on more than the limit", async () => {
    let underWay = 0;
    let most = 0;
    const done: number[] = [];
    await forEachInFlight(numbers(20), 4, async (n) => {
      most = Math.max(most, ++underWay);
      await sleep(n % 3);
      underWay--;
      done.push(n);
    });
    assert.equal(most, 4);
    assert.deepEqual(
      done.sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => i),
    );
  });

  it("begins nothing after a failure, waits for the rest, and throws the first", async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = async (n: number) => {
      begun.push(n);
      await sleep(n === 2 ? 1 : 30);
      if (n >= 2) throw new Error(`failure ${n}`);
      ended.push(n);
    };
    await assert.rejects(forEachInFlight(numbers(100), 4, work), { message: "failure 2" });
    assert(begun.length <= 5, `${begun.length} were begun`);
    assert.deepEqual(ended, [0, 1]);
  });

  it("waits for what is under way when the source fails", async () => {
    let ended = false;
    async function* failing(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new Error("source");
    }
    const work = async () => {
      await sleep(10);
      ended = true;
    };
    await assert.rejects(forEachInFlight(failing(), 4, work), { message: "source" });
    assert(ended);
  });
});
