import assert from "node:assert/strict";
import { benchmarkGroups, benchmarks, resolveBenchmark } from "../../../src/core/benchmarks/registry.ts";
import { ConfigurationError } from "../../../src/core/errors.ts";

describe("Benchmark registry", () => {
  it("has unique ids, also between benchmarks and groups", () => {
    const ids = [...benchmarks, ...benchmarkGroups].map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
  });

  it("states licence, citation, home and size of every benchmark", () => {
    for (const { id, licence, citation, homepage, sizes, files } of benchmarks) {
      assert.ok(licence.name !== "" && licence.notice !== "" && citation !== "" && sizes.length > 0, id);
      assert.match(homepage, /^https:\/\//, id);
      assert.ok(
        files.some(({ role, required }) => role === "test" && required),
        id,
      );
    }
  });

  it("gives every known content a well-formed hash, https addresses at a fixed place, and one meaning", () => {
    const meaning = new Map<string, string>();
    // A sample has the published file itself where that is short: the five dev rows of MMLU.
    for (const { family, files } of benchmarks.filter(({ id }) => !id.startsWith("sample-"))) {
      for (const { role, names, known } of files) {
        for (const { sha256, bytes, urls } of known) {
          assert.match(sha256, /^[0-9a-f]{64}$/);
          assert.ok(bytes > 0);
          for (const url of urls) assert.equal(new URL(url).protocol, "https:");
          const what = `${family} ${role} ${names[0]}`;
          assert.equal(meaning.get(sha256) ?? what, what);
          meaning.set(sha256, what);
        }
      }
    }
  });

  it("resolves groups to their members in order", () => {
    const { group, definitions } = resolveBenchmark("bioinstructqa");
    assert.equal(group?.id, "bioinstructqa");
    assert.deepEqual(
      definitions.map(({ id }) => id),
      [
        "mmlu-anatomy",
        "mmlu-clinical_knowledge",
        "mmlu-college_biology",
        "mmlu-college_medicine",
        "mmlu-medical_genetics",
        "mmlu-professional_medicine",
        "medqa-4",
        "medqa-5",
        "pubmedqa",
        "medmcqa",
      ],
    );
    const total = (id: string) => resolveBenchmark(id).definitions.reduce((sum, { sizes }) => sum + sizes[0]!, 0);
    assert.equal(total("mmlu-medical-6"), 1089);
    assert.equal(total("mmlu-medical-9"), 1871);
    assert.equal(total("mmlu-medical-9-ar"), 1871);
  });

  it("suggests ids near an unknown one", () => {
    assert.throws(
      () => resolveBenchmark("medqa4"),
      (error: unknown) => error instanceof ConfigurationError && /medqa-4/.test(error.hint!),
    );
    assert.throws(() => resolveBenchmark("zzz"), ConfigurationError);
  });
});
