import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { ownQuestionSchema } from "../../src/core/benchmarks/ownQuestions.ts";
import { evaluationConfigurationSchema } from "../../src/core/evaluation/configuration.ts";
import { protocolDefinitionSchema } from "../../src/core/evaluation/ownProtocol/protocolDefinition.ts";
import { builtInProtocols } from "../../src/core/evaluation/registry.ts";
import { mergeConfigurationSchema } from "../../src/core/merge/config/schema.ts";
import { readMergeFile } from "../../src/core/merge/config/readMergeFile.ts";
import { moeConfigurationSchema } from "../../src/core/merge/moe/moeConfiguration.ts";
import { itemRecordSchema } from "../../src/core/runs/itemRecord.ts";
import { runManifestSchema } from "../../src/core/runs/manifest.ts";
import { checkSchema, fieldOf } from "../../src/core/schemaProblems.ts";

const schemas: Readonly<Record<string, z.ZodType>> = {
  evaluation: evaluationConfigurationSchema,
  protocol: protocolDefinitionSchema,
  question: ownQuestionSchema,
  merge: mergeConfigurationSchema,
  experts: moeConfigurationSchema,
  manifest: runManifestSchema,
  item: itemRecordSchema,
  ...Object.fromEntries(builtInProtocols.map(({ id, parameters }) => [id, parameters])),
};

/** The words of the validator, which are made for programmers. */
const validatorsWords =
  /received|undefined|\bInvalid\b|Too (small|big)|Unrecognized|expected (string|number|object|array)/;

/** Keys that occur in any of the schemas, so that values reach deep into them. */
const keys = [
  ...new Set(Object.values(schemas).flatMap((schema) => JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })).match(/"[a-zA-Z_]+"(?=:)/g) ?? [])), // prettier-ignore
].map((key) => key.slice(1, -1));

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, "", "x", 0, 1, -1, 1.5, 1e300, "first", "continuations"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys, "zzz"), tie("value"), { maxKeys: 5 }),
  ),
}));

describe("what a schema does not allow", () => {
  for (const [name, schema] of Object.entries(schemas)) {
    it(`is said in plain words, whatever the value: ${name}`, () => {
      fc.assert(
        fc.property(value, (given) => {
          for (const { message } of checkSchema(given, schema).problems) {
            assert.doesNotMatch(message, validatorsWords);
            assert.match(message, /^[A-Z`].*\.$/s);
          }
        }),
        { seed: 3, numRuns: 300 },
      );
    });
  }

  it("is said with what was found and where", () => {
    const schema = z.object({
      name: z.string(),
      size: z.int().max(9),
      sizes: z.array(z.int()).max(2),
      form: z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]),
      mail: z.email(),
      even: z.number().multipleOf(2),
    });
    const found = checkSchema({ name: 7, size: 10, sizes: [0, 1, 2], form: { kind: "c" }, mail: "x", even: 3 }, schema);
    assert.deepEqual(
      found.problems.map((problem) => [fieldOf(problem), problem.message]),
      [
        ["name", "Expected a text, found 7."],
        ["size", "Must be at most 9."],
        ["sizes", "Must have at most 2 entries."],
        ["form.kind", 'Unknown kind: the text "c".'],
        ["mail", 'The text "x" is not allowed here.'],
        ["even", "Must be a multiple of 2."],
      ],
    );
    assert.deepEqual(checkSchema({}, z.object({ name: z.string() })).problems.map(fieldOf), ["name"]);
    assert.equal(checkSchema(undefined, schema).problems[0]!.message, "There is no value.");
  });

  it("is said so of merge files", () => {
    const broken = "merge_method: linear\nmodels:\n  - parameters: { weight: 1 }\n";
    assert.throws(() => readMergeFile(broken, "merge.yml"), { message: /^The key "model" is missing\.$/ });
  });
});
