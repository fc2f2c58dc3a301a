import assert from "node:assert/strict";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import { resolveParameters } from "../../../src/core/evaluation/registry.ts";
import { sharedHead } from "../../../src/core/evaluation/sharedHead.ts";
import { documentedItem, documentedShot } from "../../support/documentedItem.ts";

describe("the shared head of prompts", () => {
  const parameters = resolveParameters(lmEval, {});
  const head = (question: string) => {
    const item = { ...documentedItem("medqa-4"), question };
    return sharedHead(lmEval, item, [documentedShot("medqa-4")], parameters);
  };

  it("ends where an item's own words begin, whatever they are", () => {
    const text = head("Lack of which vitamin causes scurvy?");
    assert.match(text, /^Question: Which hormone .*Answer: A\n\nQuestion:$/s);
    for (const question of ["", "a", "b", " a", "\n"]) assert.equal(head(question), text, JSON.stringify(question));
  });
});
