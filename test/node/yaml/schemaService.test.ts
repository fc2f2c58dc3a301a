import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluationConfigurationSchema } from "../../../src/core/evaluation/configuration.ts";
import { SchemaService } from "../../../src/node/yaml/schemaService.ts";

const failures: unknown[] = [];
const service = new SchemaService("test", evaluationConfigurationSchema, (error) => failures.push(error));

/** Labels offered at the `|` of a text. */
async function labels(marked: string): Promise<string[]> {
  const offset = marked.indexOf("|");
  const items = await service.complete(marked.replace("|", ""), offset);
  return items.map(({ label }) => label);
}

describe("SchemaService", () => {
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
    const items = await service.complete("models: a\nquest", 15);
    const { snippet } = items.find(({ label }) => label === "questions")!;
    assert.equal(snippet, "questions:\n  - question: $1\n    options: $2\n    answer: $3");
    assert.ok((await labels("questions:\n  - question: x\n    |")).includes("answer"));
    assert.ok((await labels("plots: [|]")).includes("positionBias"));
  });

  it("replaces the word that was begun", async () => {
    const items = await service.complete("seed: 1\nben", 11);
    const benchmark = items.find(({ label }) => label === "benchmark")!;
    assert.deepEqual([benchmark.range, benchmark.snippet, benchmark.isKey], [[8, 11], "benchmark: ", true]);
  });

  it("explains a key, without a link to a schema that has no address", async () => {
    const hover = await service.hover("seed: 3\n", 1);
    assert.match(hover!.markdown, /^Seed of everything random/);
    assert.doesNotMatch(hover!.markdown, /Source/);
    assert.deepEqual(hover!.range, [0, 4]);
  });

  it("survives every half-written and broken text", async () => {
    const piece = fc.constantFrom(
      "benchmark:", " ", "\n", "  ", "- ", "[", "]", "{", "}", "'", '"', "models: [a,", "shots:\n  - kind: ", "&a", "*a",
      "!!binary", "|", ">", "---\n", "...\n", "#", "? ", "\t", "سؤال", "\uD800", "protocol:\n  id: ", "%YAML 9\n", "<<: ",
    ); // prettier-ignore
    const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    const property = fc.asyncProperty(texts, fc.nat(60), async (text, position) => {
      const offset = Math.min(position, text.length);
      await service.complete(text, offset);
      await service.hover(text, offset);
    });
    await fc.assert(property, { seed: 7, numRuns: 300 });
    // The library itself trips over a few of them.
    assert.ok(failures.length < 15, `${failures.length} failures`);
  });
});
