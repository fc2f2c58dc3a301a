import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  diagnosticCodes,
  diagnosticsPage,
  diagnosticsPageText,
  lineOnPage,
} from "../../../../src/core/merge/config/diagnosticCodes.ts";

describe("the page of diagnostic codes", () => {
  const page = readFileSync(diagnosticsPage, "utf8");

  it("is what the codes say; write diagnosticsPageText() into it after a change", () => {
    assert.equal(page, diagnosticsPageText());
  });

  it("has a heading at the line of every code", () => {
    for (const code of Object.keys(diagnosticCodes) as (keyof typeof diagnosticCodes)[]) {
      assert.equal(page.split("\n")[lineOnPage(`merge.${code}`) - 1], `## merge.${code}`);
    }
  });
});
