import assert from "node:assert/strict";
import fc from "fast-check";
import { RunError } from "../../../src/core/errors.ts";
import { canonicalJson, changedComponents, jsonSha256 } from "../../../src/core/runs/canonicalJson.ts";
import { runEventSchema } from "../../../src/core/runs/events.ts";
import { parseJsonLine } from "../../../src/core/runs/jsonLines.ts";

describe("JSON Lines", () => {
  it("never throws anything but RunError on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        try {
          parseJsonLine(text, runEventSchema, "f", 1);
        } catch (error) {
          assert(error instanceof RunError);
        }
      }),
      { seed: 7 },
    );
  });

  it("names file, line and field of a damaged line", () => {
    const good = JSON.stringify({ v: 1, time: "2026-01-01T00:00:00.000Z", elapsed: 1, type: "heartbeat" });
    assert.throws(
      () => parseJsonLine('{"v":1', runEventSchema, "events.jsonl", 2),
      (error: RunError) => error.place?.file === "events.jsonl" && error.place.line === 2,
    );
    assert.throws(
      () => parseJsonLine(good.replace("1,", '"1",'), runEventSchema, "events.jsonl", 2),
      (error: RunError) => error.place?.line === 2 && error.place.field === "v",
    );
  });
});

describe("canonical JSON", () => {
  it("does not depend on the order of keys, at any depth", () => {
    const a = { b: [{ d: 1, c: undefined, a: null }], a: "ä" };
    const b = { a: "ä", b: [{ a: null, d: 1 }] };
    assert.equal(canonicalJson(a), '{"a":"ä","b":[{"a":null,"d":1}]}');
    assert.equal(jsonSha256(a), jsonSha256(b));
    assert.notEqual(jsonSha256([1, 2]), jsonSha256([2, 1]));
  });

  it("names what changed between two identities", () => {
    assert.deepEqual(changedComponents({ model: "a", shots: "3" }, { model: "b", shots: "3", limit: "5" }), [
      "model",
      "limit",
    ]);
  });
});
