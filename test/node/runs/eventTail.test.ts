import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../../../src/core/errors.ts";
import { EventTail } from "../../../src/node/runs/eventTail.ts";
import { useTemporaryFolder } from "./temporaryFolder.ts";

const line = (message: string): string =>
  JSON.stringify({ v: 1, time: "2026-01-31T14:15:02.345Z", elapsed: 1, type: "log", level: "info", message }) + "\n";

describe("EventTail", () => {
  const folder = useTemporaryFolder();
  const file = () => join(folder(), "events.jsonl");

  it("reads what is new each time, whole lines only, and of many the last", async () => {
    const tail = new EventTail(folder());
    const messages = async (most?: number) =>
      (await tail.next(most)).map((event) => (event.type === "log" ? event.message : event.type));
    try {
      assert.deepEqual(await messages(), [], "no file yet");
      await appendFile(file(), line("a") + line("b") + line("c").slice(0, 20));
      assert.deepEqual(await messages(1), ["b"]);
      await appendFile(file(), line("c").slice(20) + line("d"));
      assert.deepEqual(await messages(), ["c", "d"]);
      await appendFile(file(), line("e") + "{}\n");
      await assert.rejects(tail.next(1), (error) => error instanceof RunError && error.place?.line === 6);
    } finally {
      await tail.close();
    }
  });
});
