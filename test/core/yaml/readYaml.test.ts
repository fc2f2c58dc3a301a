import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import type { ConfigurationError } from "../../../src/core/errors.ts";
import { evaluationConfigurationSchema } from "../../../src/core/evaluation/configuration.ts";
import { parseYaml, readYaml } from "../../../src/core/yaml/readYaml.ts";
import { placeInLines } from "../../support/placeInLines.ts";

const cell = evaluationConfigurationSchema;

/** `line:column message hint` of every problem. */
function problems(text: string, schema: z.ZodType = cell): string[] {
  return readYaml(text, schema).problems.map(({ message, hint, range }) =>
    [placeInLines(text, range.start), message, hint].filter((part) => part !== undefined).join(" "),
  );
}

const valid = "benchmark: medqa-4\nmodels: [a.gguf]\n";

describe("YAML against a schema", () => {
  it("gives the value with defaults", () => {
    const { value } = readYaml("benchmark: medqa-4\nmodels: [a.gguf]\nshots: 3 # three\n", cell);
    assert.equal(value?.shots, 3);
    assert.equal(value.protocol, "lm-eval");
  });

  it("points at an unknown key and suggests the one that was meant", () => {
    assert.deepEqual(problems(`${valid}shot: 3\n`), ['3:1 Unknown key "shot". Did you mean shots?']);
    assert.deepEqual(problems(`${valid}protocol:\n  id: lm-eval\n  parameter:\n    bos: none\n`), [
      '4:3 The key "parameters" is missing.',
      '5:3 Unknown key "parameter". Did you mean parameters?',
    ]);
    assert.match(
      problems(`${valid}zzzzzz: 3\n`)[0]!,
      /^3:1 Unknown key "zzzzzz"\. Known keys: benchmark, questions, models, /,
    );
  });

  it("points at a wrong value and says what is expected", () => {
    assert.deepEqual(problems(`${valid}limit: ten\n`), ['3:8 Expected a number, found the text "ten".']);
    assert.deepEqual(problems(`${valid}limit: 0\n`), ["3:8 Must be more than 0."]);
    assert.deepEqual(problems(`${valid}limit: 2.5\n`), ["3:8 Expected a whole number, found 2.5."]);
    assert.deepEqual(problems(`${valid}gpu: cudo\n`), [
      '3:6 Expected one of auto, none, cuda, vulkan, metal, found the text "cudo". Did you mean cuda, auto?',
    ]);
    assert.deepEqual(problems(`${valid}shots:\n  - kind: shared\n    count: 3\n`), ['4:5 The key "seed" is missing.']);
    assert.deepEqual(problems(`${valid}items: { medqa-4: [] }\n`), ["3:19 The list is empty."]);
  });

  it("describes all forms when the value has none of them", () => {
    assert.match(problems("benchmark: 7\nmodels: a\n")[0]!, /^1:12 Expected a text, or a list; found 7\.$/);
  });

  it("names what is missing, at the object that lacks it", () => {
    assert.deepEqual(problems("models: a.gguf\n"), [
      '1:1 Nothing is asked: the key "benchmark" is missing, and so is "questions".',
    ]);
    assert.deepEqual(problems(""), ["1:1 Expected a mapping of keys to values, found nothing."]);
  });

  it("reports all problems at once, in the order of the text", () => {
    const text = "limit: -1\nbenchmark: medqa-4\nseed: x\nmodel: a.gguf\n";
    assert.deepEqual(
      problems(text).map((line) => line.split(" ")[0]),
      ["1:1", "1:8", "3:7", "4:1"],
    );
    assert.throws(
      () => parseYaml(text, cell, "cell.yaml"),
      (error: ConfigurationError) =>
        error.place?.file === "cell.yaml" && error.place.line === 1 && error.message.includes("line 4: Unknown key"),
    );
  });

  it("points at syntax errors, repeated keys and aliases that go too far", () => {
    assert.match(problems("benchmark: [a\nmodels: b\n")[0]!, /^2:/);
    assert.match(problems(`${valid}limit: 1\nlimit: 2\n`)[0]!, /^4:1 Map keys must be unique/);
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`,
    );
    assert.match(problems(["a0: &a0 [x]", ...levels].join("\n"))[0]!, /alias/i);
  });

  it("keeps words of YAML 1.1 as texts", () => {
    const schema = z.strictObject({ language: z.string() });
    assert.equal(readYaml("language: no", schema).value?.language, "no");
  });

  it("answers any text with problems or a value, never by throwing, and with places inside the text", () => {
    const keys = [...Object.keys(cell.shape), "id", "kind", "&a", "*a", "<<", "? ", "- ", "!!set"];
    const fragment = fc.oneof(
      fc.constantFrom(...keys, ": ", "\n", "  ", "[", "]", "{", "}", "#", "'", '"', "|"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), (parts) => {
        const text = parts.join("");
        for (const { range } of readYaml(text, cell).problems) {
          assert(range.start >= 0 && range.start <= range.end && range.end <= text.length);
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
