import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { FactsLookup } from "../../../src/core/checkpoint/modelFacts.ts";
import { ConfigurationError } from "../../../src/core/errors.ts";
import { diagnose } from "../../support/diagnose.ts";
import type { DiagnosticContext } from "../../../src/core/merge/config/diagnostics/diagnostic.ts";
import { readMergeFile } from "../../../src/core/merge/config/readMergeFile.ts";
import { fixesFor } from "../../../src/core/merge/language/fixes.ts";
import { mergeMethods } from "../../../src/core/merge/methods/registry.ts";
import { fixtureFacts } from "../../support/mergeFacts.ts";
import { readErrorCases } from "../../support/mergeFixtures.ts";
import { YamlSource } from "../../../src/core/yaml/yamlSource.ts";
import { readMerges } from "../../support/readMerges.ts";

type Engine = NonNullable<DiagnosticContext["engine"]>;

const unknown: FactsLookup = () => ({ state: "unknown" });
const given = (name: string) => readFileSync(`test/fixtures/merge/checks/${name}.yml`, "utf8");

/** Severity, code, place and underlined text of everything that is said. */
function found(text: string, engine: Engine, facts = unknown): string[] {
  return diagnose(text, { facts, methods: mergeMethods, engine, randomSeed: 1 }).map(
    ({ severity, code, path, part, range }) =>
      `${severity} ${code} ${path} ${part} ${JSON.stringify(text.slice(range.start, range.end))}`,
  );
}

function messages(text: string, code: string, engine: Engine, facts = unknown): string[] {
  const all = diagnose(text, { facts, methods: mergeMethods, engine, randomSeed: 1 });
  return all.filter((diagnostic) => diagnostic.code === code).map(({ message }) => message);
}

/** The text after the first fix of the first diagnostic. */
function fixed(text: string, engine: Engine): string {
  const [diagnostic] = diagnose(text, { facts: unknown, methods: mergeMethods, engine });
  const [fix] = fixesFor(new YamlSource(text), diagnostic!, { facts: unknown, methods: mergeMethods });
  const edits = fix!.edits.toSorted((a, b) => b.range.start - a.range.start);
  return edits.reduce((now, { range, text: put }) => now.slice(0, range.start) + put + now.slice(range.end), text);
}

describe("what mergekit 0.1.4 runs and refuses", () => {
  const ignoredMethod = 'hint merge.noEffect /merge_method key "merge_method"';
  const fewer =
    'warning merge.fewerSources /slices/1/sources value "[{model: base, layer_range: [1, 2]}, {model: a, layer_range: [1, 2]}]"';
  const accepted: Readonly<Record<string, readonly string[]>> = {
    sliceBase: [],
    sliceBases: [],
    moeEmptyPrompt: [],
    moeMethod: [ignoredMethod],
    fewerSources: [fewer],
    fewerLater: [],
    markersAround: [],
  };
  for (const [name, expected] of Object.entries(accepted)) {
    it(`raises no false alarm over ${name}`, () => {
      for (const engine of ["any", "medley", "mergekit"] as const)
        assert.deepEqual(found(given(name), engine), expected);
    });
  }

  it("takes a mixture for one whatever method stands above its experts, unless something is merged with it", () => {
    const text = given("moeMethod");
    assert.deepEqual(found(text.replace("moe\n", "linear\n"), "mergekit"), [ignoredMethod]);
    const both = `${text}models: [{model: a}, {model: b}]\n`;
    assert.ok(found(both, "mergekit").includes('warning merge.unknownKey /experts key "experts"'));
  });

  it("looks for the base model of a slice where that says it is", () => {
    const without = given("sliceBase").replace("  - base_model: base\n    sources", "  - sources");
    assert.deepEqual(found(without, "any"), ['error merge.baseMissing /merge_method value "slerp"']);
    const elsewhere = given("sliceBase").replace("base_model: base", "base_model: c");
    assert.ok(found(elsewhere, "any").includes('error merge.baseElsewhere /slices/0/base_model value "c"'));
    const unlisted = given("sliceBases").replace("base_model: b\n", "base_model: c\n");
    const places = ["baseNotInSlice /slices/1/sources", "parameterMissing /slices/1/sources/0"];
    assert.deepEqual(
      found(unlisted, "any").map((entry) => /^error merge\.(\S+ \S+) value/.exec(entry)?.[1]),
      places,
    );
  });

  it("finds a tab that PyYAML refuses, at the tab, and a parameter beside its model", () => {
    const text = given("tabsAndPlaces");
    const misplaced = 'warning merge.misplacedKey /models/1/density key "density"';
    assert.deepEqual(found(text, "any"), ['error merge.yaml /merge_method value "\\t"', misplaced]);
    assert.throws(() => readMergeFile(text, "m.yml"), { name: ConfigurationError.name, message: /A tab can only/ });
    assert.deepEqual(found(text.replace("\t", " "), "any"), [misplaced]);
  });

  it("moves a parameter of the method under the parameters beside it, and takes out one of another", () => {
    const entry = (more: string) => `merge_method: linear\nmodels:\n  - model: a\n${more}dtype: bfloat16\n`;
    assert.equal(fixed(entry("    weight: 1\n"), "any"), entry("    parameters:\n      weight: 1\n"));
    const dare = (more: string) => `merge_method: dare_linear\nbase_model: c\nmodels:\n  - model: a\n${more}`;
    assert.equal(
      fixed(dare("    density: 0.5\n    parameters: {weight: 1}\n"), "any"),
      dare("    parameters: {weight: 1, density: 0.5}\n"),
    );
    assert.equal(
      fixed(dare("    parameters:\n      weight: 1\n    density: 0.5\n"), "any"),
      dare("    parameters:\n      density: 0.5\n      weight: 1\n"),
    );
    assert.equal(
      fixed(entry("    density: 0.5\n    parameters: {weight: 1}\n"), "any"),
      entry("    parameters: {weight: 1}\n"),
    );
  });

  it("finds an empty document, over which mergekit stops and Medley does not", () => {
    const text = given("trailingMarker");
    for (const engine of ["any", "mergekit"] as const) {
      assert.deepEqual(found(text, engine), ['error merge.emptyDocument  value "---"']);
    }
    assert.deepEqual(found(text, "medley"), []);
    assert.equal(readMerges(text).length, 1);
    assert.equal(fixed(text, "any").trimEnd(), text.replace("---\n", "").trimEnd());
  });

  it("says of a density of 0 what it does where it holds", () => {
    const density = (method: string, value: string) =>
      messages(
        `merge_method: ${method}\nbase_model: base\nmodels:\n  - model: a\n    parameters: {weight: 1, density: ${value}}\n`,
        "merge.density",
        "any",
      );
    for (const method of ["dare_ties", "della", "breadcrumbs"]) {
      assert.deepEqual(density(method, "0"), ["density 0 takes this model out of the merge."]);
      assert.deepEqual(density(method, "[0, 1]"), ["density 0 takes this model out of the merge where it holds."]);
    }
    assert.deepEqual(density("ties", "0"), ["density 0 keeps no element; the merge would stop."]);
    assert.deepEqual(density("ties", "[1, 0]"), ["density 0 keeps no element where it holds; the merge would stop."]);
  });

  it("names what cut embeddings lead to: tokens without a row, and a result of mergekit that does not load", async () => {
    const facts = await fixtureFacts();
    const cases = await readErrorCases();
    const cut = "Embeddings are cut to 320 rows: ";
    const hazard = "tokens with ids from 320 on have no embedding, and text with one of them fails.";
    const load = " mergekit also leaves the old vocab_size in config.json: its result does not load.";
    const advice = " Use a `tokenizer` block to align vocabularies.";
    for (const id of ["vocabulary-cut-linear", "vocabulary-cut-slerp"]) {
      const { yaml } = cases.find((entry) => entry.id === id)!;
      assert.deepEqual(messages(yaml, "merge.vocabulary", "medley", facts), [cut + hazard + advice]);
      assert.deepEqual(messages(yaml, "merge.vocabulary", "mergekit", facts), [cut + hazard + load + advice]);
      const smaller = yaml.replace("base_model: models/vocab_plus", "base_model: models/ft_a");
      assert.deepEqual(messages(smaller, "merge.vocabulary", "any", facts), [`${cut}rows beyond are lost.${advice}`]);
    }
  });
});
