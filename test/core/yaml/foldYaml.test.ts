import assert from "node:assert/strict";
import { foldYaml } from "../../../src/core/yaml/foldYaml.ts";
import { YamlSource } from "../../../src/core/yaml/yamlSource.ts";

/** First and last line, counted from 1, as they are read here. */
const folds = (text: string) => foldYaml(new YamlSource(text)).map(({ start, end }) => [start + 1, end + 1]);

describe("folding of merge configurations", () => {
  it("folds keys, items and comments of several lines, without the blank lines after them", () => {
    const text =
      "# a\n# b\nmerge_method: ties\nmodels:\n  - model: a\n    parameters:\n      weight: 1\n\n  - model: b\n\ndtype: float32\n";
    assert.deepEqual(folds(text), [
      [1, 2],
      [4, 9],
      [5, 7],
      [6, 7],
    ]);
    assert.deepEqual(foldYaml(new YamlSource(text))[0], { start: 0, end: 1, isComment: true });
  });

  it("folds each document of several, collections in brackets and long texts", () => {
    const text = "name: a\nmodels: [\n  {model: x},\n]\n---\nname: b\nchat_template: |\n  one\n  two\ndtype: float32\n";
    assert.deepEqual(folds(text), [
      [1, 4],
      [2, 4],
      [5, 10],
      [7, 9],
    ]);
  });
});
