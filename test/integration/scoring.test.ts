import assert from "node:assert/strict";
import type { HostedModel } from "../../src/node/backends/llamaCpp/hostedModel.ts";
import { openModel, type OpenModelOptions } from "../../src/node/backends/llamaCpp/openModel.ts";
import { goldenModels, lmEvalGolden, type LmEvalGolden } from "../support/goldenEvaluation.ts";
import { compareWithGolden } from "../support/goldenScoring.ts";
import { modelFile } from "../support/models.ts";

type GoldenModel = (typeof goldenModels)[number];

/** Largest accepted difference from lm-evaluation-harness in nats, with float32 weights and attention cache. */
const tolerance: Record<GoldenModel, { whole?: number; perToken?: number }> = {
  stories260k: { whole: 3e-4 },
  "nano-mistral": { perToken: 5e-4 },
  // ggml looks GELU up in a half-precision table.
  "nano-gpt2": { whole: 3e-2 },
};

/** One of each kind: letters with and without shots, long options, long contexts, contexts cut at the left. */
const tasks: Record<GoldenModel, string[]> = {
  stories260k: [
    "medqa_4options.0shot.bos-default",
    "medqa_4options.0shot.L4096.bos-default",
    "mmlu_anatomy.3shot.bos-none",
    "mmlu_anatomy_continuation.0shot.bos-default",
    "truthfulqa_mc1.0shot.bos-default",
  ],
  "nano-mistral": [
    "medqa_4options.0shot.bos-none",
    "medqa_4options_fixed.3shot.bos-default",
    "mmlu_anatomy_continuation.0shot.bos-default",
    "pubmedqa.0shot.bos-default",
    "truthfulqa_mc1.0shot.bos-default",
    "truthfulqa_mc2.0shot.bos-none",
  ],
  "nano-gpt2": [
    "medqa_4options_fixed.3shot.bos-default",
    "mmlu_anatomy_continuation.0shot.bos-default",
    "truthfulqa_mc1.0shot.bos-default",
  ],
};

const itemsPerTask = 8;

async function withModel<T>(
  name: GoldenModel,
  options: OpenModelOptions,
  use: (model: HostedModel) => Promise<T>,
): Promise<T> {
  const model = await openModel(await modelFile(`${name}.f32`), { gpu: "none", kvCacheType: "F32", ...options });
  try {
    return await use(model);
  } finally {
    await model.dispose();
  }
}

function golden(model: GoldenModel, task: string): LmEvalGolden {
  return lmEvalGolden(model).find(([name]) => name === task)![1];
}

describe("log-likelihoods equal lm-evaluation-harness's", () => {
  for (const name of goldenModels) {
    for (const task of tasks[name]) {
      it(`${name}, ${task}`, async () => {
        const expected = golden(name, task);
        const found = await withModel(name, { contextLength: expected.max_length }, (model) =>
          compareWithGolden(model, expected, expected.items.slice(0, itemsPerTask)),
        );
        const { whole = Infinity, perToken = Infinity } = tolerance[name];
        assert.ok(found.largest <= whole, `differs by ${found.largest}`);
        assert.ok(found.largestPerToken <= perToken, `differs by ${found.largestPerToken} a token`);
        assert.deepEqual(found.predictionsDiffering, []);
        assert.deepEqual(found.greedyDiffering, []);
      });
    }
  }
});

describe("scoring", () => {
  const task = golden("nano-mistral", "medqa_4options_fixed.3shot.bos-default");
  const compare = (options: OpenModelOptions) =>
    withModel("nano-mistral", options, (model) => compareWithGolden(model, task, task.items.slice(0, 4)));

  it("evaluates a shared prefix once, and everything each time where reuse is switched off", async () => {
    const [reused, repeated] = [await compare({}), await compare({ prefixReuse: false })];
    const prompts = task.items.slice(0, 4).map((item) => item.context_tokens);
    assert.equal(
      repeated.evaluatedTokens,
      prompts.reduce((sum, length) => sum + length, 0),
    );
    assert.ok(reused.evaluatedTokens < repeated.evaluatedTokens * 0.6);
    assert.equal(reused.largest, repeated.largest);
  });

  it("refuses requests that do not fit, and tokens that do not exist", async () => {
    await withModel("stories260k", { contextLength: 64 }, async (model) => {
      const tokens = (length: number) => Array.from({ length }, () => 5);
      await model.score({ prefix: tokens(63), continuations: [tokens(2)] });
      await assert.rejects(model.score({ prefix: tokens(63), continuations: [tokens(3)] }), {
        name: "ModelError",
        message: /needs 65 tokens of context, and the model was loaded with 64/,
      });
      await assert.rejects(model.score({ prefix: [512], continuations: [[1]] }), {
        name: "ModelError",
        message: /512 is not a token/,
      });
    });
  });

  it("finds the tokens that decode to a text on their own", async () => {
    await withModel("nano-mistral", {}, async (model) => {
      // Byte token, piece with and piece without a leading space.
      assert.deepEqual(await model.tokensDecodingTo(["A", "no such token"]), [[68, 330, 28741], []]);
    });
    await withModel("nano-gpt2", {}, async (model) => {
      assert.deepEqual(await model.tokensDecodingTo(["A", " A"]), [[32], [317]]);
    });
  });

  it("shows where tokens begin and end", async () => {
    await withModel("nano-mistral", {}, async (model) => {
      const [tokens] = await model.tokenize(["Answer: A"], false);
      assert.deepEqual(await model.tokenTexts([1, ...tokens!]), ["<s>", " Answer", ":", " A"]);
    });
  });
});
