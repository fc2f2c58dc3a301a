import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { jsonSchemas } from "../../../src/core/runs/jsonSchemas.ts";

const folder = new URL("../../../schemas/", import.meta.url);

describe("JSON Schemas", () => {
  it("are those of the present formats (npm run schemas writes them)", async () => {
    const expected = jsonSchemas();
    const files = await readdir(folder);
    assert.deepEqual(
      files.sort(),
      Object.keys(expected)
        .map((name) => `${name}.json`)
        .sort(),
    );
    for (const [name, schema] of Object.entries(expected)) {
      const stored: unknown = JSON.parse(await readFile(new URL(`${name}.json`, folder), "utf8"));
      assert.deepEqual(stored, JSON.parse(JSON.stringify(schema)), name);
    }
  });
});
