import assert from "node:assert/strict";
import fc from "fast-check";
import { isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
import { parseModelConfig } from "../../../src/core/checkpoint/modelConfig.ts";
import { diagnose } from "../../support/diagnose.ts";
import type { Diagnostic, DiagnosticContext } from "../../../src/core/merge/config/diagnostics/diagnostic.ts";
import { mergeMethods } from "../../../src/core/merge/methods/registry.ts";
import type { FactsLookup } from "../../../src/core/checkpoint/modelFacts.ts";
import { fixtureFacts } from "../../support/mergeFacts.ts";
import { readErrorCases, readErrorCodes, readGoldenCases } from "../../support/mergeFixtures.ts";

const errorCases = await readErrorCases();
const errorCodes = await readErrorCodes();
const goldenCases = await readGoldenCases();

describe("merge diagnostics", () => {
  let facts: FactsLookup;
  before(async () => (facts = await fixtureFacts()));

  const context = (options: Partial<DiagnosticContext> = {}): DiagnosticContext => ({
    facts,
    methods: mergeMethods,
    ...options,
  });

  for (const { id, yaml, path, part, severity, options } of errorCases) {
    it(`finds ${id}`, () => {
      const seed = options?.random_seed;
      const special = id === "two-architectures-in-config" ? { facts: withTwoArchitectures(facts) } : {};
      const found = diagnose(yaml, context({ ...(seed === undefined ? {} : { randomSeed: seed }), ...special }));
      const match = found.find(
        (entry) =>
          entry.code === errorCodes[id] && entry.path === path && entry.part === part && entry.severity === severity,
      );
      assert.ok(match !== undefined, `got: ${JSON.stringify(found.map(brief), null, 1)}`);
      const expected = textAt(yaml, path, part);
      if (expected !== undefined) assert.equal(yaml.slice(match.range.start, match.range.end), expected);
      assert.ok(match.range.start >= 0 && match.range.end <= yaml.length && match.range.start <= match.range.end);
    });
  }

  for (const [id, { config, case: golden }] of Object.entries(goldenCases)) {
    it(`says nothing wrong of ${id}`, () => {
      const found = diagnose(config, context({ engine: "medley", randomSeed: golden.options.random_seed ?? 0 }));
      const serious = found.filter(({ severity }) => severity === "error" || severity === "warning");
      const expected = knownWarnings[id] ?? [];
      assert.deepEqual(
        [...new Set(serious.map(({ code }) => code))],
        expected,
        JSON.stringify(serious.map(brief), null, 1),
      );
      assert.ok(serious.every(({ severity }) => severity === "warning"));
    });
  }

  it("turns what mergekit accepts into warnings when asked", () => {
    const yaml =
      "merge_method: linear\nmodels:\n  - model: models/ft_a\n    parameters: {weight: -0.4}\n" +
      "  - model: models/ft_b\n    parameters: {weight: 0.4}\n";
    const severities = (compatible: boolean) =>
      diagnose(yaml, context({ mergekitCompatible: compatible })).map(({ severity }) => severity);
    assert.deepEqual(severities(false), ["error"]);
    assert.deepEqual(severities(true), ["warning"]);
  });

  it("underlines exactly the key or the value", () => {
    const yaml = "merge_method: tie\nmodels:\n  - model: models/ft_a\nparamters: {}\n";
    const texts = diagnose(yaml, context()).map(({ range }) => yaml.slice(range.start, range.end));
    assert.deepEqual(texts.sort(), ["paramters", "tie"]);
  });

  it("checks every document of a file and the names that they use", () => {
    const merge = (name: string, model: string) => `${name}merge_method: passthrough\nmodels:\n  - model: ${model}\n`;
    const file = [
      merge("name: one\n", "models/ft_a"),
      merge("name: one\n", "one"),
      merge("", "two"),
      merge("", "one"),
    ].join("---\n");
    const found = diagnose(file, context()).map(({ code, document, path }) => [code, document, path]);
    assert.deepEqual(found, [
      ["merge.name", 1, "/name"],
      ["merge.modelMissing", 2, "/models/0/model"],
      ["merge.name", 3, ""],
    ]);
  });

  it("finds merges that use each other in a circle", () => {
    const merge = (name: string, model: string) =>
      `name: ${name}\nmerge_method: passthrough\nmodels:\n  - model: ${model}\n`;
    const file = [merge("one", "two"), merge("two", "three"), merge("three", "one"), merge("four", "one")].join(
      "---\n",
    );
    const found = diagnose(file, context()).map(({ code, document, path, message }) => [code, document, path, message]);
    const circle = (...names: string[]) => `The merges use each other in a circle: ${names.join(" → ")}.`;
    assert.deepEqual(found, [
      ["merge.nameCycle", 0, "/models/0/model", circle('"one"', '"two"', '"three"', '"one"')],
      ["merge.nameCycle", 1, "/models/0/model", circle('"two"', '"three"', '"one"', '"two"')],
      ["merge.nameCycle", 2, "/models/0/model", circle('"three"', '"one"', '"two"', '"three"')],
    ]);
    const own = diagnose(merge("self", "self"), context()).map(({ code }) => code);
    assert.deepEqual(own, ["merge.nameCycle"]);
  });

  it("never throws, whatever the text", () => {
    const texts = errorCases.map(({ yaml }) => yaml);
    const property = fc.property(
      fc.constantFrom(...texts),
      fc.nat(400),
      fc.nat(6),
      fc.constantFrom("", ":", "- ", "[", "{", "}", "\n", "&a ", "*a", "!!x ", "\t", "'", '"', "<<: ", "|", "é"),
      (text, at, removed, inserted) => {
        const found = diagnose(text.slice(0, at) + inserted + text.slice(at + removed), context());
        for (const { range } of found) assert.ok(range.start <= range.end);
      },
    );
    fc.assert(property, { numRuns: 3000, seed: 11 });
  });
});

/** The text of a key or value, as the YAML library finds it; undefined for what is not written out. */
function textAt(yaml: string, path: string, part: "key" | "value"): string | undefined {
  let node: unknown = parseDocument(yaml, { schema: "failsafe", uniqueKeys: false }).contents;
  let key: unknown;
  for (const step of path.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    const pair = isMap(node) ? node.items.findLast(({ key }) => isScalar(key) && key.value === name) : undefined;
    [key, node] = isSeq(node) ? [undefined, node.items[Number(name)]] : [pair?.key, pair?.value];
  }
  const found = part === "key" ? key : node;
  const range = path === "" || !isNode(found) ? undefined : found.range;
  return range?.[0] === range?.[1] ? undefined : yaml.slice(range![0], range![1]);
}

/** Cases whose result the reference itself damages, or cuts; that deserves the warning. */
const knownWarnings: Readonly<Record<string, string[]>> = {
  "arcee-fusion": ["merge.resultType"],
  "breadcrumbs-ties": ["merge.gamma"],
  "linear-embed-truncate": ["merge.vocabulary"],
  "linear-embed-truncate-donor-large": ["merge.vocabulary"],
  "ramplus-tl": ["merge.resultType"],
  "slerp-embed-truncate": ["merge.vocabulary"],
  "ties-vocab-larger-model": ["merge.vocabulary"],
};

function brief({ code, severity, path, part, message }: Diagnostic): string {
  return [code, severity, path, part, message].join(" | ");
}

function withTwoArchitectures(facts: FactsLookup): FactsLookup {
  return (reference) => {
    const result = facts(reference);
    if (result.state !== "known") return result;
    const document = { ...result.facts.config.document, architectures: ["LlamaForCausalLM", "MistralForCausalLM"] };
    return {
      state: "known",
      facts: { ...result.facts, config: parseModelConfig(JSON.stringify(document), "config.json") },
    };
  };
}
