import assert from "node:assert/strict";
import type { Item } from "../../../src/core/benchmarks/item.ts";
import { sampleBenchmarks } from "../../../src/core/benchmarks/samples.ts";
import { publishedId } from "../../../src/core/benchmarks/publishedId.ts";
import { benchmarkById } from "../../../src/core/benchmarks/registry.ts";
import { builtInProtocols, resolveParameters } from "../../../src/core/evaluation/registry.ts";

describe("Questions of a sample", () => {
  const item = (benchmark: string): Item => ({
    id: "1",
    benchmark,
    split: "test",
    question: "Which?",
    context: ["A paragraph."],
    options: ["yes", "no", "maybe"].map((text, index) => ({ label: "ABC"[index]!, text })),
    answers: [0],
    language: "en",
    sourceRow: 0,
  });

  for (const protocol of builtInProtocols) {
    it(`are asked by ${protocol.id} as those of the published benchmark`, () => {
      for (const { id } of sampleBenchmarks) {
        const whole = benchmarkById(publishedId(id)).id;
        assert.notEqual(whole, id);
        const parameters = resolveParameters(protocol);
        const prompts = [id, whole].map((benchmark) => protocol.prompt(item(benchmark), [], parameters));
        assert.deepEqual(prompts[0], prompts[1], id);
        assert.deepEqual(protocol.shotSources(id, 3, parameters), protocol.shotSources(whole, 3, parameters), id);
        assert.equal(protocol.primaryMetric(id, parameters), protocol.primaryMetric(whole, parameters), id);
      }
    });
  }
});
