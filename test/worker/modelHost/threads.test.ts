import assert from "node:assert/strict";
import { fastestThreads, threadCandidates } from "../../../src/worker/modelHost/threads.ts";

describe("threadCandidates", () => {
  it("leaves busy cores alone, and always has one thread", () => {
    assert.deepEqual(threadCandidates(2, 0), [1, 2]);
    assert.deepEqual(threadCandidates(2, 0.6), [1]);
    assert.deepEqual(threadCandidates(2, 9), [1]);
    assert.deepEqual(threadCandidates(16, 2.2), [1, 2, 3, 4, 6, 8, 12, 14]);
    assert.deepEqual(threadCandidates(200, 0).at(-1), 200);
  });
});

describe("fastestThreads", () => {
  /** Milliseconds of an operation that is split over threads, each of which costs something. */
  const choose = async (work: number, perThread: number) => {
    const tried: number[] = [];
    const threads = await fastestThreads(threadCandidates(16, 0), (count) => {
      tried.push(count);
      return Promise.resolve(work / count + perThread * count);
    });
    return { threads, most: Math.max(0, ...tried) };
  };

  it("takes all threads for heavy work", async () => {
    assert.equal((await choose(10000, 1)).threads, 16);
  });

  it("takes one for light work, and tries no more than the next", async () => {
    assert.deepEqual(await choose(1, 5), { threads: 1, most: 2 });
  });

  it("stops where another thread does not help", async () => {
    assert.deepEqual(await choose(40, 1), { threads: 6, most: 8 });
  });

  it("is not misled by one slow measurement", async () => {
    const times = [10, 30, 100, 5, 9, 9];
    assert.equal(await fastestThreads([1, 2, 3], () => Promise.resolve(times.shift()!)), 2);
  });

  it("measures nothing where there is no choice", async () => {
    assert.equal(await fastestThreads([1], () => Promise.reject(new Error("measured"))), 1);
  });
});
