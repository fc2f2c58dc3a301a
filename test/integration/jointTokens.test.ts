import assert from "node:assert/strict";
import { tokenizeJointly } from "../../src/core/evaluation/jointTokens.ts";
import { planUnits } from "../../src/core/evaluation/plan.ts";
import { lmEval } from "../../src/core/evaluation/protocols/lmEval.ts";
import { resolveParameters } from "../../src/core/evaluation/registry.ts";
import type { HostedModel } from "../../src/node/backends/llamaCpp/hostedModel.ts";
import { openModel } from "../../src/node/backends/llamaCpp/openModel.ts";
import { goldenModels, goldenTask } from "../support/goldenEvaluation.ts";
import { modelFile } from "../support/models.ts";

const tasks = ["medqa_4options", "medmcqa", "pubmedqa", "mmlu_anatomy", "mmlu_anatomy_continuation", "truthfulqa_mc2"];

const edges: [context: string, endings: string[]][] = [
  ["", [" A", "A", ""]],
  ["a", [" b", "b"]],
  ["Réponse : œdème d'Éric ", ["Oui", " non"]],
  ["ما هو السبب؟ أ. الأول\nالجواب:", [" أ", " ب", "ب"]],
  ["x y\n", ["\n", " ", "  z", "</s>", "<s>"]],
  ["see <|im_start|> word", [" word", "s"]],
  ["5 mg of it 7", ["8", " 8", ".5"]],
  ["the user's\u00a0own \u2009question", ["?", " s"]],
  ["😀 smile 😀 a", ["b", " 😀", "😀"]],
  ["don't wo", ["rry", "n't", "'t"]],
];

/** The same tokenizer, without leave to take a text apart. */
function thorough(model: HostedModel): HostedModel {
  return Object.create(model, {
    description: { value: { ...model.description, keepsWordsApart: false } },
  }) as HostedModel;
}

function prompts(): [context: string, endings: readonly string[]][] {
  return tasks.flatMap((name) => {
    const { benchmark, items, pool, parameters: given } = goldenTask(name);
    const parameters = resolveParameters(lmEval, given);
    const shots = pool.length > 0 ? 3 : 0;
    return planUnits({ benchmark, items, shotPool: pool, protocol: lmEval, parameters, shots }).map((unit) => {
      const { request } = lmEval.prompt(unit.item, unit.shots, parameters);
      assert.ok(request.scoring === "continuations");
      return [request.context, request.continuations.map((option) => ` ${option}`)] as [string, string[]];
    });
  });
}

describe("joint tokenisation equals that of whole texts", () => {
  for (const name of goldenModels) {
    it(`with the tokenizer of ${name}`, async () => {
      const model = await openModel(await modelFile(`${name}.f32`), { gpu: "none" });
      try {
        assert.equal(model.description.keepsWordsApart, true);
        for (const [context, endings] of [...prompts(), ...edges]) {
          const fast = await tokenizeJointly(context, endings, true, model);
          assert.deepEqual(fast, await tokenizeJointly(context, endings, true, thorough(model)), context);
        }
      } finally {
        await model.dispose();
      }
    });
  }
});
