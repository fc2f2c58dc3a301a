import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluationConfigurationSchema } from "../../../src/core/evaluation/configuration.ts";
import { SchemaLanguage } from "../../../src/core/yaml/schemaLanguage.ts";
import { YamlSource } from "../../../src/core/yaml/yamlSource.ts";

/** The schema alone, without the rules of evaluation cells. */
const language = new SchemaLanguage<undefined>({
  id: "test",
  recognises: () => true,
  schema: evaluationConfigurationSchema,
  rules: [],
});

const complete = (text: string, offset: number) => language.complete(new YamlSource(text), offset, undefined);
const hover = (text: string, offset: number) => language.hover(new YamlSource(text), offset, undefined);

/** Labels offered at the `|` of a text. */
async function labels(marked: string): Promise<string[]> {
  const items = await complete(marked.replace("|", ""), marked.indexOf("|"));
  return items.map(({ label }) => label);
}

describe("SchemaLanguage", () => {
  it("offers the keys that are not there yet", async () => {
    const first = await labels("|");
    assert.deepEqual(first.slice(0, 3), ["benchmark", "questions", "models"]);
    const second = await labels("benchmark: medqa-4\n|");
    assert.ok(second.includes("models") && !second.includes("benchmark"));
  });

  it("offers the values of an enumeration, and the keys of the form that was begun", async () => {
    assert.deepEqual(await labels("gpu: |"), ["auto", "none", "cuda", "vulkan", "metal"]);
    assert.deepEqual(await labels("shots:\n  - kind: shared\n    |"), ["count", "seed"]);
  });

  it("offers a question to fill in, and the charts", async () => {
    const items = await complete("models: a\nquest", 15);
    const { insert } = items.find(({ label }) => label === "questions")!;
    assert.equal(insert, "questions:\n  - question: $1\n    options: $2\n    answer: $3");
    assert.ok((await labels("questions:\n  - question: x\n    |")).includes("answer"));
    assert.ok((await labels("plots: [|]")).includes("positionBias"));
  });

  it("replaces the word that was begun", async () => {
    const items = await complete("seed: 1\nben", 11);
    const benchmark = items.find(({ label }) => label === "benchmark")!;
    assert.deepEqual(
      [benchmark.range, benchmark.insert, benchmark.kind],
      [{ start: 8, end: 11 }, "benchmark: ", "key"],
    );
  });

  it("explains a key, without a link to a schema that has no address", async () => {
    const explained = await hover("seed: 3\n", 1);
    assert.match(explained!.markdown.source, /^Seed of everything random/);
    assert.doesNotMatch(explained!.markdown.source, /Source/);
    assert.deepEqual(explained!.range, { start: 0, end: 4 });
  });

  it("survives every half-written and broken text", async () => {
    const piece = fc.constantFrom(
      "benchmark:", " ", "\n", "  ", "- ", "[", "]", "{", "}", "'", '"', "models: [a,", "shots:\n  - kind: ", "&a", "*a",
      "!!binary", "|", ">", "---\n", "...\n", "#", "? ", "\t", "سؤال", "\uD800", "protocol:\n  id: ", "%YAML 9\n", "<<: ",
    ); // prettier-ignore
    const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    const property = fc.asyncProperty(texts, fc.nat(60), async (text, position) => {
      const offset = Math.min(position, text.length);
      await complete(text, offset);
      await hover(text, offset);
    });
    await fc.assert(property, { seed: 7, numRuns: 300 });
  });
});
