import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { measurePrivacy, parseSentences } from "../../support/privacySentences.ts";

const file = "test/fixtures/privacy/development.jsonl";

describe("The privacy rules on the sentences that they were written with", () => {
  it("find what is marked, in English, French and Arabic, and nothing in clean clinical text", async () => {
    const { missed, wrong, cleanFlagged, clean } = measurePrivacy(parseSentences(await readFile(file, "utf8"), file));
    assert.deepEqual({ missed, wrong, cleanFlagged }, { missed: [], wrong: [], cleanFlagged: [] });
    assert.ok(clean >= 15);
  });
});
