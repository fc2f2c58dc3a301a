import assert from "node:assert/strict";
import fc from "fast-check";
import {
  definitionAt,
  isMergeName,
  mergeSymbols,
  nameOccurrences,
} from "../../../../src/core/merge/language/mergeNames.ts";
import { atCursor } from "../../../support/mergeLanguage.ts";
import type { YamlSymbol } from "../../../../src/core/yaml/symbols.ts";
import { YamlSource } from "../../../../src/core/yaml/yamlSource.ts";

const file =
  'name: first\nmerge_method: linear\nmodels:\n  - model: models/ft_a\n---\nmerge_method: ties\nbase_model: "first"\n' +
  "models:\n  - model: first+models/lora_a\n  - {model: first, parameters: {weight: 1}}\n  - model: models/first\n";

describe("names and models of merge configurations", () => {
  it("goes from a use to the merge of that name, and to a model's folder", () => {
    const at = (part: string) => definitionAt(new YamlSource(file), file.indexOf(part) + 2);
    const definition = at("first+models");
    assert.ok(definition?.kind === "merge");
    assert.equal(file.slice(definition.to.start, definition.to.end), "first");
    assert.equal(definition.to.start, 6);
    const model = at("models/ft_a");
    assert.ok(model?.kind === "model" && model.path === "models/ft_a");
    assert.equal(at("merge_method"), undefined);
  });

  it("finds every place of a name in all documents", () => {
    const places = nameOccurrences(new YamlSource(file), file.indexOf("first"));
    assert.deepEqual(
      places.map(({ start, end }) => file.slice(start, end)),
      ["first", "first", "first", "first"],
    );
    assert.deepEqual(nameOccurrences(new YamlSource(file), file.indexOf("models/first") + 8), []);
    const renamed = places
      .toSorted((a, b) => b.start - a.start)
      .reduce((text, { start, end }) => `${text.slice(0, start)}other${text.slice(end)}`, file);
    assert.equal(renamed, file.replaceAll(/(?<!\/)first/g, "other"));
  });

  it("finds names with the signs of references, which only the object form can use", () => {
    const text =
      "name: a+b@c\nmerge_method: linear\nmodels:\n  - model: x\n---\nmerge_method: linear\nmodels:\n" +
      '  - model: {model: {path: "a+b@c"}}\n  - model:\n      model:\n        path: a+b@c\n  - model: a+b\n';
    for (const offset of [text.indexOf("a+b@c") + 2, text.indexOf('"a+b') + 3]) {
      const places = nameOccurrences(new YamlSource(text), offset).map(({ start, end }) => text.slice(start, end));
      assert.deepEqual(places, ["a+b@c", "a+b@c", "a+b@c"]);
    }
    const definition = definitionAt(new YamlSource(text), text.indexOf('"a+b') + 3);
    assert.ok(definition?.kind === "merge" && definition.to.start === 6);
    assert.deepEqual(nameOccurrences(new YamlSource(text), text.lastIndexOf("a+b")), []);
  });

  it("accepts only names that read back as themselves", () => {
    assert.ok(isMergeName("gradient-slerp.v2"));
    for (const name of ["", "a b", "a+b", "a@b", "yes", "union", "1", "a: b", "#x"])
      assert.ok(!isMergeName(name), name);
  });

  it("gives merges, keys and models as symbols, each inside its parent", () => {
    const symbols = mergeSymbols(new YamlSource(file));
    assert.deepEqual(
      symbols.map(({ name, detail }) => [name, detail]),
      [
        ["first", "linear"],
        ["result", "ties"],
      ],
    );
    const models = symbols[1]!.children.find(({ name }) => name === "models")!;
    assert.deepEqual(
      models.children.map(({ name }) => name),
      ["first+models/lora_a", "first", "models/first"],
    );
    const stacked = mergeSymbols(
      new YamlSource(
        "slices:\n  - sources:\n      - {model: a, layer_range: [0, 8]}\n      - {model: b}\nparameters:\n  t:\n    - {filter: mlp, value: 0.3}\n",
      ),
    );
    const flat = ({ name, detail, children }: YamlSymbol): string[] => [`${name} ${detail}`, ...children.flatMap(flat)];
    assert.deepEqual(stacked.flatMap(flat), [
      ...["slices ", "slice 1 a + b", "sources ", "a [0, 8]", "layer_range ", "b "],
      ...["parameters ", "t ", "mlp 0.3", "filter mlp", "value 0.3"],
    ]);
    const property = fc.property(
      fc.nat(file.length),
      fc.constantFrom("", "[", "- ", '"', ":", "\n", "{"),
      (cut, put) => {
        const { text } = atCursor(`${file.slice(0, cut)}${put}|`);
        const check = ({ name, range, selection, children }: YamlSymbol): void => {
          assert.ok(name !== "" && range.start <= selection.start && selection.end <= range.end, text);
          children.forEach(check);
        };
        mergeSymbols(new YamlSource(text)).forEach(check);
      },
    );
    fc.assert(property, { seed: 5, numRuns: 500 });
  });
});
