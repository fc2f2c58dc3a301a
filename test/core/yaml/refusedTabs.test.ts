import assert from "node:assert/strict";
import { readYamlStream } from "../../../src/core/yaml/yamlStream.ts";
import { refusedTabs } from "../../../src/core/yaml/refusedTabs.ts";

describe("tabs that PyYAML refuses", () => {
  for (const text of [
    "a:\tb",
    "a: b\t",
    "a\t: b",
    "a: b\tc",
    "- \tb",
    "[a,\tb]",
    "a: b\t# c",
    "\t\n",
    "a: |\t\n  b",
    "a: b\n---\tc",
  ]) {
    it(`has one in ${JSON.stringify(text)}`, () => assert.deepEqual(refusedTabs(text), [text.indexOf("\t")]));
  }

  for (const text of [
    "a: b #\tc",
    "#\tc\na: b",
    "a: 'b\tc'",
    'a: "\tb\n \tc"',
    "a: |\n  b\tc\n  \td",
    "a: >-\n  b\t\n",
    "'a\tb': c",
  ]) {
    it(`has none in ${JSON.stringify(text)}`, () => assert.deepEqual(refusedTabs(text), []));
  }

  it("are the problem of the document that they stand in, the first of each", () => {
    const { documents } = readYamlStream("a: b\n---\nc:\td\ne:\tf\n---\ng: h\n", "1.1");
    const problems = documents.map((document) =>
      document.problems.map(({ kind, path, range }) => [kind, path, range.start]),
    );
    assert.deepEqual(problems, [[], [["tab", "/c", 11]], []]);
  });
});
