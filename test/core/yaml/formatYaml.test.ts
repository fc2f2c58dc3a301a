import assert from "node:assert/strict";
import fc from "fast-check";
import { readYamlStream } from "../../../src/core/yaml/yamlStream.ts";
import { formatYaml } from "../../../src/core/yaml/formatYaml.ts";
import { readGoldenCases } from "../../support/mergeFixtures.ts";
import { readRealWorldMerges } from "../../support/realWorldMerges.ts";

const published = await readRealWorldMerges();
const golden = new Map(Object.entries(await readGoldenCases()).map(([id, { config }]) => [id, config]));

const meaning = (text: string) => readYamlStream(text, "1.1").documents.map(({ value }) => value);
/** Comments at the end of lines and on lines of their own; none of these texts has a # elsewhere. */
const comments = (text: string) => text.split(/\r?\n/).flatMap((line) => /(?:^|\s)(#.*)$/.exec(line)?.[1] ?? []);

describe("formatting of merge configurations", () => {
  for (const [name, text] of [...published, ...golden]) {
    it(`keeps what ${name} says, and its comments, and is done at once`, () => {
      const formatted = formatYaml(text);
      assert.ok(formatted !== undefined);
      assert.deepEqual(meaning(formatted), meaning(text));
      assert.deepEqual(comments(formatted), comments(text));
      assert.equal(formatYaml(formatted), formatted);
    });
  }

  it("lays out lists, brackets, colons and blanks in the usual way", () => {
    const text =
      "# a study\nmerge_method:   slerp\n\n\n\nslices:\n- sources:\n  - model:  a   # the first\n    layer_range: [0,32]\n" +
      "  - { model: b, layer_range: [ 0, 32 ] }   \nparameters:\n    t:\n      - filter: mlp\n        value: [0,1e-3,'x' ]\n      # the rest\n" +
      "      - value: 0.50\ndtype: bfloat16";
    assert.equal(
      formatYaml(text),
      "# a study\nmerge_method: slerp\n\nslices:\n  - sources:\n      - model: a # the first\n        layer_range: [0, 32]\n" +
        "      - {model: b, layer_range: [0, 32]}\nparameters:\n  t:\n    - filter: mlp\n      value: [0, 1e-3, 'x']\n    # the rest\n" +
        "    - value: 0.50\ndtype: bfloat16\n",
    );
  });

  it("keeps anchors, aliases, several documents and long texts as they are written", () => {
    const text =
      "x-all: &all\n  parameters: {weight: 1}\nname: one\nmerge_method: linear\nchat_template: >-\n  {% for m in messages %}\n" +
      "  {{ m }}\n\n  {% endfor %}\nmodels:\n  - model: a\n    <<: *all\n---\n# last\nmerge_method: linear\nchat_template: |\n  {{ x }}\n    y\n";
    assert.equal(formatYaml(text), text);
  });

  it("leaves comments beside their keys and behind the last line, and lists of several lines as they are", () => {
    const text =
      "# a\nslices: # two\n  - sources: # first\n      - model: a\n        layer_range: [0, 32]\n    # behind\nparameters: # p\n" +
      "  t: [0.0, 0.1, # rising\n    0.9,\n      1.0]\n  # q\nmerge_method: slerp\n# last\n---\nmerge_method: linear\n\n# very last\n# of all\n";
    assert.equal(formatYaml(text), text);
    const untidy = "slices:   # two\n- sources:\n  - {model: a,\n     layer_range: [0,1]}\n# last";
    assert.equal(
      formatYaml(untidy),
      "slices: # two\n  - sources:\n      - {model: a,\n          layer_range: [0,1]}\n# last\n",
    );
  });

  it("keeps line ends and a byte-order mark", () => {
    assert.equal(formatYaml("\uFEFFmodels:\r\n- model: a\r\n"), "\uFEFFmodels:\r\n  - model: a\r\n");
  });

  it("leaves a text alone that cannot be read", () => {
    for (const text of ["models: [\n", "%YAML 1.1\n---\na: 1\n", "? a\n", "a: 'x\nb: 1\n", "\tx: 1\n", "a: *b\n"])
      assert.equal(formatYaml(text), undefined);
    for (const anchor of ["all\u0000l", "all\u00A0l", "a\uFEFFb", "\u0007"]) {
      assert.equal(formatYaml(`models: &${anchor} [a]\n`), undefined, JSON.stringify(anchor));
    }
  });

  it("never throws, and never changes what a text says", () => {
    const texts = [...published.values(), ...golden.values()];
    const pieces = [
      "",
      ":",
      "- ",
      "[",
      "{",
      "}",
      "\n",
      "&a ",
      "*a",
      "\t",
      "'",
      '"',
      "<<: ",
      "| ",
      "> ",
      "# é\n",
      "? ",
      "\n\n",
      "!!x ",
    ];
    const property = fc.property(
      fc.constantFrom(...texts),
      fc.nat(600),
      fc.nat(6),
      fc.constantFrom(...pieces),
      (text, at, removed, inserted) => {
        const broken = text.slice(0, at) + inserted + text.slice(at + removed);
        const formatted = formatYaml(broken);
        if (formatted === undefined) return;
        assert.deepEqual(meaning(formatted), meaning(broken));
        assert.equal(formatYaml(formatted), formatted, JSON.stringify(broken));
      },
    );
    fc.assert(property, { numRuns: 400, seed: 7 });
  });
});
