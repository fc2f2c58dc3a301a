import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { RunError } from "../../../src/core/errors.ts";
import { canonicalJson, changedComponents, jsonSha256 } from "../../../src/core/runs/canonicalJson.ts";
import { runEventSchema } from "../../../src/core/runs/events.ts";
import { parseJsonLines } from "../../../src/core/runs/jsonLines.ts";

const anyJson = z.json();

describe("JSON Lines", () => {
  it("reads the complete lines of a file cut off anywhere", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.nat(), (values, cut) => {
        const lines = values.map((value) => JSON.stringify(value) + "\n");
        const text = lines.join("");
        const length = cut % (text.length + 1);
        const { records, torn } = parseJsonLines(text.slice(0, length), anyJson, "f");
        let complete = 0;
        for (let end = 0; complete < lines.length && (end += lines[complete]!.length) <= length;) complete++;
        assert.deepEqual(
          records,
          values.slice(0, complete).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
        );
        assert.equal(torn, lines.slice(0, complete).join("").length < length);
      }),
      { seed: 7 },
    );
  });

  it("never throws anything but RunError on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        try {
          parseJsonLines(text, runEventSchema, "f");
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
      () => parseJsonLines(`${good}\n{"v":1\n${good}\n`, runEventSchema, "events.jsonl"),
      (error: RunError) => error.place?.file === "events.jsonl" && error.place.line === 2,
    );
    assert.throws(
      () => parseJsonLines(`${good}\n${good.replace("1,", '"1",')}\n`, runEventSchema, "events.jsonl"),
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
