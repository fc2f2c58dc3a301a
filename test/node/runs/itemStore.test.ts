import assert from "node:assert/strict";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import type { RunError } from "../../../src/core/errors.ts";
import type { ItemRecord } from "../../../src/core/runs/itemRecord.ts";
import { ItemStore, type ItemKey } from "../../../src/node/runs/itemStore.ts";
import { itemRows } from "./itemRows.ts";
import { useTemporaryFolder } from "./temporaryFolder.ts";

const keys: ItemKey[] = ["b", "a"].flatMap((benchmark) =>
  [0, 1].flatMap((draw) => ["ä", "y", "z"].map((item) => ({ benchmark, item, draw }))),
);

function record(key: ItemKey, milliseconds = 1): ItemRecord {
  return {
    v: 1,
    ...key,
    language: "en",
    order: [0, 1],
    labels: ["A", "B"],
    gold: [0],
    shots: [],
    droppedShots: 0,
    promptSha256: "0".repeat(64),
    promptTokens: 1,
    truncatedTokens: 0,
    prediction: 0,
    valid: true,
    correct: true,
    metrics: {},
    evaluatedTokens: 1,
    minimumTokens: 1,
    milliseconds,
  };
}

describe("ItemStore", () => {
  const folder = useTemporaryFolder();
  const path = () => join(folder(), "items.jsonl");

  it("ends with the same file, in whatever order items finish and however often work is interrupted", async () => {
    const expected = keys.map((key) => JSON.stringify(record(key)) + "\n").join("");
    const shuffled = fc.shuffledSubarray(keys, { minLength: keys.length });
    await fc.assert(
      fc.asyncProperty(shuffled, fc.array(fc.nat(5), { maxLength: 6 }), fc.string(), async (order, sessions, torn) => {
        await writeFile(path(), "");
        const pending = [...order];
        for (const count of sessions) {
          const store = await ItemStore.open(folder(), keys);
          for (const key of pending.splice(0, count)) await store.add(record(key));
          await store.close();
          await appendFile(path(), JSON.stringify(torn).slice(0, -1));
        }
        const seen: ItemKey[] = [];
        const store = await ItemStore.open(folder(), keys, (row) => seen.push(row));
        assert.equal(store.count, keys.length - pending.length);
        assert.equal(seen.length, store.count);
        assert(pending.every((key) => !store.has(key)));
        for (const key of pending) await store.add(record(key));
        await store.finish();
        assert.equal(await readFile(path(), "utf8"), expected);
      }),
      { seed: 7, numRuns: 40 },
    );
    assert.deepEqual(
      await itemRows(folder()),
      keys.map((key) => record(key)),
    );
  });

  it("refuses rows that are there twice, belong to another run or are damaged, and says which", async () => {
    const good = JSON.stringify(record(keys[0]!));
    const cases: [string, RegExp][] = [
      [`${good}\n${good}\n`, /item ä of b is there twice/],
      [`${good}\n${JSON.stringify(record({ ...keys[0]!, draw: 7 }))}\n`, /no part of this run/],
      [`${good}\n{"v":1\n${good}\n`, /not JSON/],
      [`${good}\n${JSON.stringify({ ...record(keys[1]!), gold: "A" })}\n`, /not a record/],
    ];
    for (const [text, message] of cases) {
      await writeFile(path(), text);
      await assert.rejects(ItemStore.open(folder(), keys), (error: RunError) => {
        assert.match(error.message, message);
        assert.equal(error.place?.line, 2);
        return true;
      });
    }
  });

  it("reads rows that are longer than it reads at a time", async () => {
    const long = record({ benchmark: "b", item: "x".repeat(600_000), draw: 0 });
    const store = await ItemStore.open(folder(), [long, keys[0]!]);
    await store.add(record(keys[0]!));
    await store.add(long);
    await store.finish();
    assert.deepEqual(await itemRows(folder()), [long, record(keys[0]!)]);
  });
});
