import assert from "node:assert/strict";
import fc from "fast-check";
import { parseJson } from "../../src/core/json.ts";
import { parseRunManifest } from "../../src/core/runs/manifest.ts";
import { parseJsonFile } from "../../src/core/checkpoint/jsonFile.ts";
import { z } from "zod";

describe("JSON of files", () => {
  it("is what JSON.parse reads", () => {
    const text = fc.jsonValue().map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(text, (text) => assert.deepEqual(parseJson(text), JSON.parse(text))),
      { seed: 1 },
    );
    assert.deepEqual(parseJson(JSON.stringify({ "[[\\": "[".repeat(1000) + '"\\' })), {
      "[[\\": "[".repeat(1000) + '"\\',
    });
    assert.throws(() => parseJson('{"a'), SyntaxError);
  });

  it("is refused where it is nested too deeply, as one damaged file of its kind", () => {
    const deep = '{"v":1,"configuration":' + "[".repeat(20_000) + "]".repeat(20_000) + "}";
    assert.throws(() => parseJson(deep), /nested more than 200 deep/);
    assert.throws(() => parseRunManifest(deep, "run.json"), { code: "run.unusable" });
    assert.throws(() => parseJsonFile(z.json(), deep, "config.json"), { code: "data.malformed" });
  });
});
