import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { planUnits } from "../../../src/core/evaluation/plan.ts";
import { bioMistral } from "../../../src/core/evaluation/protocols/bioMistral.ts";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import { resolveParameters } from "../../../src/core/evaluation/registry.ts";
import { bioMistralGolden, goldenModels, goldenTask, lmEvalGolden } from "../../support/goldenEvaluation.ts";

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");

describe("prompts equal the originals'", () => {
  for (const model of goldenModels) {
    it(`lm-eval, every context, choice and shot that was scored with ${model}`, () => {
      for (const [name, golden] of lmEvalGolden(model)) {
        const task = goldenTask(golden.task);
        const parameters = resolveParameters(lmEval, task.parameters);
        const units = planUnits({
          benchmark: task.benchmark,
          items: task.items,
          shotPool: task.pool,
          protocol: lmEval,
          parameters,
          shots: task.shots?.(golden.num_fewshot) ?? golden.num_fewshot,
        });
        assert.equal(units.length, golden.items.length, name);
        const byId = new Map(units.map((unit) => [unit.item.id, unit]));
        for (const item of golden.items) {
          const unit = byId.get(item.id)!;
          const { request } = lmEval.prompt(unit.item, unit.shots, parameters);
          assert.ok(request.scoring === "continuations");
          assert.equal(sha256(request.context), item.context_sha256, `${name} ${item.id}`);
          assert.deepEqual(request.continuations, item.choices);
          assert.equal(request.delimiter, " ");
          assert.deepEqual(unit.item.answers, [item.gold].flat());
          const shots = unit.shots.map((shot) => task.pool.indexOf(task.pool.find(({ id }) => id === shot.id)!));
          assert.deepEqual(shots, item.shots ?? []);
        }
      }
    });
  }

  for (const model of ["nano-mistral", "nano-gpt2"] as const) {
    it(`biomistral, every prompt that was scored with ${model}`, () => {
      for (const [name, golden] of bioMistralGolden(model)) {
        const task = goldenTask(golden.task);
        const parameters = resolveParameters(bioMistral);
        const shots = task.pool.slice(0, golden.num_fewshot);
        for (const [index, item] of golden.items.entries()) {
          const { request } = bioMistral.prompt(task.items[index]!, shots, parameters);
          assert.equal(sha256(request.context), item.prompt_sha256, `${name} ${item.id}`);
        }
      }
    });
  }
});
