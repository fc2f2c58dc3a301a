import assert from "node:assert/strict";
import { DataError, FileError } from "../../../src/core/errors.ts";
import {
  fromResponseError,
  fromWireError,
  toResponseError,
  toWireError,
} from "../../../src/node/processes/wireErrors.ts";

const options = { hint: "Look there.", place: { file: "a.jsonl", line: 3 } };

describe("wireErrors", () => {
  const ways: Record<string, (error: unknown) => unknown> = {
    "as JSON": (error) =>
      fromWireError(JSON.parse(JSON.stringify(toWireError(error))) as ReturnType<typeof toWireError>),
    "as an answer of JSON-RPC": (error) => fromResponseError(toResponseError(error)),
  };
  for (const [name, send] of Object.entries(ways)) {
    it(`keep class, hint and place ${name}`, () => {
      const received = send(new DataError("A record is broken.", options));
      assert.ok(received instanceof DataError);
      assert.deepEqual(
        { ...received, message: received.message },
        { ...new DataError("", options), message: "A record is broken." },
      );
    });

    it(`keep what helps ${name}`, () => {
      const remedy = { action: "fetchData" as const, benchmarks: ["medqa-4"] };
      const received = send(new FileError("Not here.", { ...options, remedy }));
      assert.ok(received instanceof FileError);
      assert.deepEqual(received.remedy, remedy);
    });

    it(`keep the stack of a defect ${name}`, () => {
      const received = send(new TypeError("x is not a function"));
      assert.ok(received instanceof Error);
      assert.match(received.message, /x is not a function\n +at .*wireErrors\.test/);
    });
  }
});
