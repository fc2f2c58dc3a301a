import assert from "node:assert/strict";
import { isMergeConfiguration } from "../../../../src/core/merge/language/isMergeConfiguration.ts";
import { completeMerge } from "../../../../src/core/merge/language/completeMerge.ts";
import { conversionAt } from "../../../../src/core/merge/language/convertDefinition.ts";
import { diagnose as diagnoseMerge } from "../../../support/diagnose.ts";
import { fixesFor } from "../../../../src/core/merge/language/fixes.ts";
import { foldYaml } from "../../../../src/core/yaml/foldYaml.ts";
import { formatYaml } from "../../../../src/core/yaml/formatYaml.ts";
import { hoverMerge } from "../../../../src/core/merge/language/hoverMerge.ts";
import type { LanguageContext } from "../../../../src/core/merge/language/languageContext.ts";
import { definitionAt, mergeSymbols, nameOccurrences } from "../../../../src/core/merge/language/mergeNames.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";
import { hubFacts } from "../../../support/hubFacts.ts";
import { readErrorCases, readGoldenCases } from "../../../support/mergeFixtures.ts";
import { readRealWorldMerges } from "../../../support/realWorldMerges.ts";
import { YamlSource } from "../../../../src/core/yaml/yamlSource.ts";

/** `MEDLEY_LONG_TESTS=1` breaks every text at every position; otherwise positions are drawn within this budget. */
const isLong = process.env.MEDLEY_LONG_TESTS === "1";
const budget = 300;

const pieces = [
  "",
  "[",
  "{",
  "]",
  "}",
  '"',
  "'",
  ":",
  "- ",
  "\n",
  "\t",
  "&a ",
  "*a",
  "|\n",
  "#",
  "---\n",
  "é\uFEFF",
  "<<: ",
];

const texts = [
  ...(await readRealWorldMerges()).values(),
  ...Object.values(await readGoldenCases()).map(({ config }) => config),
  ...(await readErrorCases()).map(({ yaml }) => yaml),
];

const context: LanguageContext = {
  facts: hubFacts,
  methods: mergeMethods,
  engine: "medley",
  load: (reference) => Promise.resolve(hubFacts(reference)),
  models: () => Promise.resolve([{ path: "models/base", kind: "checkpoint", detail: "LlamaForCausalLM" }]),
};

/** The same draws each time: a linear congruential generator (Numerical Recipes), upper bits. */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function* positions(): Generator<{ text: string; at: number }> {
  if (isLong) {
    for (const text of texts) for (let at = 0; at <= text.length; at++) yield { text, at };
    return;
  }
  const draw = drawing(17);
  for (let count = 0; count < budget; count++) {
    const text = texts[draw(texts.length)]!;
    yield { text, at: draw(text.length + 1) };
  }
}

/** Everything that the editor asks for, with the cursor at an offset. */
async function useEverything(text: string, offset: number): Promise<void> {
  isMergeConfiguration(text);
  for (const { label, range } of await completeMerge(text, offset, context)) {
    assert.ok(label !== "" && range.start <= offset && offset <= range.end);
  }
  await hoverMerge(new YamlSource(text), offset, context);
  for (const diagnostic of diagnoseMerge(text, context)) {
    const { start, end } = diagnostic.range;
    assert.ok(0 <= start && start <= end && end <= text.length, diagnostic.message);
    for (const { edits } of fixesFor(new YamlSource(text), diagnostic, context)) {
      for (const { range } of edits)
        assert.ok(0 <= range.start && range.start <= range.end && range.end <= text.length);
    }
  }
  for (const { start, end } of foldYaml(new YamlSource(text))) assert.ok(start < end);
  mergeSymbols(new YamlSource(text));
  definitionAt(new YamlSource(text), offset);
  nameOccurrences(new YamlSource(text), offset);
  formatYaml(text);
  conversionAt(new YamlSource(text), offset, context.facts);
}

describe("help with configurations that are cut off or broken at any position", () => {
  it("never throws, and places everything inside the text", async () => {
    const draw = drawing(3);
    for (const { text, at } of positions()) {
      const cut = text.slice(0, at);
      const put = pieces[draw(pieces.length)]!;
      const mutated = cut + put + text.slice(at + draw(4));
      for (const [broken, offset] of [
        [cut, cut.length],
        [mutated, at + put.length],
      ] as const) {
        try {
          await useEverything(broken, offset);
        } catch (cause) {
          throw new Error(`at ${offset} of ${JSON.stringify(broken)}`, { cause });
        }
      }
    }
  }).timeout(isLong ? 0 : 120_000);

  it("still completes: top-level keys in a new line, whatever is broken above and below", async () => {
    const draw = drawing(5);
    for (const { text, at } of positions()) {
      // A mixture of experts may have every key that there is.
      if (text.includes("experts:")) continue;
      const put = pieces[draw(pieces.length)]!;
      const above = `${text.slice(0, at)}${put}\n`;
      const found = await completeMerge(`${above}\n${text.slice(at)}`, above.length, context);
      assert.ok(
        found.some(({ kind }) => kind === "key"),
        JSON.stringify([above, text.slice(at)]),
      );
    }
  }).timeout(isLong ? 0 : 120_000);
});
