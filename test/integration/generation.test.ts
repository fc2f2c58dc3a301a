import assert from "node:assert/strict";
import { ItemEvaluator } from "../../src/core/evaluation/itemEvaluator.ts";
import { planUnits } from "../../src/core/evaluation/plan.ts";
import { findProtocol, resolveParameters } from "../../src/core/evaluation/registry.ts";
import type { HostedModel } from "../../src/node/backends/llamaCpp/hostedModel.ts";
import { openModel } from "../../src/node/backends/llamaCpp/openModel.ts";
import { goldenTask } from "../support/goldenEvaluation.ts";
import { modelFile } from "../support/models.ts";

describe("protocols that generate, with a real model", () => {
  let model: HostedModel;
  before(async () => {
    model = await openModel(await modelFile("stories260k.f32"), { gpu: "none", contextLength: 4096 });
  });
  after(() => model.dispose());

  /** Generated text and seed by item, evaluated in the order given. */
  async function texts(id: string, given: object, reversed = false): Promise<Map<string, [string, number]>> {
    const { benchmark, items, pool } = goldenTask("mmlu_anatomy");
    const protocol = findProtocol(id);
    const parameters = resolveParameters(protocol, given);
    const units = planUnits({ benchmark, items, shotPool: pool, protocol, parameters, shots: 0, limit: 4 });
    const evaluator = new ItemEvaluator({ model, protocol, parameters, window: 4096 });
    const found = new Map<string, [string, number]>();
    for await (const prepared of evaluator.prepareAll(reversed ? units.reverse() : units)) {
      const { item, draw, answer, failure } = await evaluator.evaluate(prepared);
      assert.equal(failure, undefined);
      assert.ok(answer?.scoring === "generation");
      found.set(`${item} ${draw}`, [answer.text, answer.seed]);
    }
    return found;
  }

  it("draw the same text with the same seed, in any order, and another with another seed", async () => {
    const sampling = { temperature: 1, maxTokens: 24, draws: 2 };
    const first = await texts("medilora", sampling);
    assert.equal(first.size, 8);
    assert.equal(new Set([...first.values()].map(([, seed]) => seed)).size, 8);
    const again = await texts("medilora", sampling, true);
    for (const [key, value] of first) assert.deepEqual(again.get(key), value, key);
    const other = await texts("medilora", { ...sampling, seed: 99 });
    assert.ok([...first].some(([key, [text]]) => other.get(key)![0] !== text));
  });

  it("give the same text whenever they are greedy", async () => {
    assert.deepEqual(await texts("meditron", {}), await texts("meditron", {}));
  });
});
