import assert from "node:assert/strict";
import fc from "fast-check";
import { resolvePlain11 } from "../../../src/core/yaml/plainScalars.ts";
import { readYamlStream } from "../../../src/core/yaml/yamlStream.ts";

const read = (text: string) => readYamlStream(text, "1.1").documents[0]!;
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe("YAML as PyYAML reads it", () => {
  it("resolves words and numbers by YAML 1.1", () => {
    const expected: Record<string, unknown> = {
      yes: true,
      On: true,
      off: false,
      NO: false,
      y: "y",
      N: "N",
      null: null,
      "~": null,
      "1e-3": "1e-3",
      "1.0e-3": 0.001,
      "1.0e3": "1.0e3",
      "1.e+3": 1000,
      ".5": 0.5,
      "-.5": "-.5",
      "0.50": 0.5,
      "1_000": 1000,
      "010": 8,
      "0o10": "0o10",
      "0x1F": 31,
      "0b11": 3,
      "1:30": 90,
      "08": "08",
      "-7": -7,
      "+7": 7,
      ".inf": Infinity,
      "-.inf": -Infinity,
      "12e4": "12e4",
    };
    for (const [text, value] of Object.entries(expected)) assert.equal(resolvePlain11(text), value, text);
  });

  it("notes where YAML 1.2 would differ", () => {
    const { value, disagreements } = read("a: off\nb: 1e-3\nc: 010\nd: true\ne: '1e-3'\n");
    assert.deepEqual(plain(value), { a: false, b: "1e-3", c: 8, d: true, e: "1e-3" });
    assert.deepEqual(
      disagreements.map(({ path, yaml12 }) => [path, yaml12]),
      [
        ["/a", "off"],
        ["/b", 0.001],
        ["/c", 10],
      ],
    );
  });

  it("lets the last duplicate win and says so of the first", () => {
    const text = "models: [1]\nother: 2\nmodels: [3]\n";
    const { value, problems } = read(text);
    assert.deepEqual(plain(value), { models: [3], other: 2 });
    assert.equal(problems.length, 1);
    assert.equal(text.slice(problems[0]!.range.start, problems[0]!.range.end), "models");
    assert.equal(problems[0]!.range.start, 0);
  });

  it("follows aliases and merge keys, own keys first", () => {
    const { value } = read("base: &b {weight: 1, density: 2}\none:\n  <<: *b\n  weight: 3\ntwo: *b\n");
    assert.deepEqual(plain(value), {
      base: { weight: 1, density: 2 },
      one: { weight: 3, density: 2 },
      two: { weight: 1, density: 2 },
    });
  });

  it("knows the place of every key and value", () => {
    const text = "merge_method: ties\nmodels:\n  - model: a/b\n    parameters:\n      <~/: 0.5\n";
    const { ranges } = read(text);
    const textAt = (path: string, part: "key" | "value") => {
      const range = ranges.get(path)![part]!;
      return text.slice(range.start, range.end);
    };
    assert.equal(textAt("/merge_method", "value"), "ties");
    assert.equal(textAt("/models/0/model", "key"), "model");
    assert.equal(textAt("/models/0/parameters/<~0~1", "key"), "<~/");
    assert.equal(textAt("/models/0/parameters/<~0~1", "value"), "0.5");
  });

  it("refuses alias bombs and loops without hanging", () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(10)}]`);
    const bomb = read(`l0: &l0 [x]\n${levels.join("\n")}\n`);
    assert.match(bomb.problems.map(({ message }) => message).join(), /too many values/);
    const loop = read("a: &a [*a]\n");
    assert.match(loop.problems.map(({ message }) => message).join(), /contains itself/);
  });

  it("never throws", () => {
    const property = fc.property(
      fc.string({ unit: fc.constantFrom(..."a:- \n\t[]{}&*!|>'\"#%@<,0é".split("")) }),
      (text) => {
        for (const { ranges } of readYamlStream(text, "1.1").documents) {
          for (const { value } of ranges.values()) assert.ok(value.start <= value.end && value.end <= text.length);
        }
      },
    );
    fc.assert(property, { numRuns: 1500, seed: 2 });
  });
});
