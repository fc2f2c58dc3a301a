import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ModelHostError } from "../../../src/core/errors.ts";
import type { EvaluationUnit } from "../../../src/core/evaluation/evaluationUnit.ts";
import { failedRecord, ItemEvaluator, type ItemEvaluatorOptions } from "../../../src/core/evaluation/itemEvaluator.ts";
import { contextWindow } from "../../../src/core/evaluation/unitPreparer.ts";
import { itemSeed } from "../../../src/core/evaluation/itemSeed.ts";
import { ownProtocol } from "../../../src/core/evaluation/ownProtocol/ownProtocol.ts";
import { protocolDefinitionSchema } from "../../../src/core/evaluation/ownProtocol/protocolDefinition.ts";
import { planUnits } from "../../../src/core/evaluation/plan.ts";
import type { Protocol } from "../../../src/core/evaluation/protocol.ts";
import { bioMistral } from "../../../src/core/evaluation/protocols/bioMistral.ts";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import { mediLora } from "../../../src/core/evaluation/protocols/mediLora.ts";
import { resolveParameters } from "../../../src/core/evaluation/registry.ts";
import type { ScoreRequest } from "../../../src/core/models/languageModel.ts";
import { itemRecordSchema, type ItemRecord } from "../../../src/core/runs/itemRecord.ts";
import { goldenTask } from "../../support/goldenEvaluation.ts";
import { logProbabilities, ToyLanguageModel } from "../../support/toyLanguageModel.ts";

interface Setup<P> {
  task?: string;
  given?: unknown;
  shots?: number;
  model?: ToyLanguageModel;
  limit?: number;
  options?: Partial<ItemEvaluatorOptions<P>>;
}

function setUp<P>(protocol: Protocol<P>, setup: Setup<P> = {}) {
  const { task = "medqa_4options", given, shots = 0, model = new ToyLanguageModel(), limit = 8, options } = setup;
  const { benchmark, items, pool } = goldenTask(task);
  const parameters = resolveParameters(protocol, given);
  const units = planUnits({ benchmark, items, shotPool: pool, protocol, parameters, shots, limit });
  const evaluator = new ItemEvaluator({ model, protocol, parameters, window: 100_000, ...options });
  return { evaluator, units, model };
}

async function evaluateAll<P>(
  { evaluator, units }: { evaluator: ItemEvaluator<P>; units: EvaluationUnit[] },
  isDone?: (unit: EvaluationUnit) => boolean,
): Promise<ItemRecord[]> {
  const records: ItemRecord[] = [];
  for await (const prepared of evaluator.prepareAll(units, isDone)) records.push(await evaluator.evaluate(prepared));
  // What is written and read back is what was computed.
  for (const record of records) assert.deepEqual(itemRecordSchema.parse(JSON.parse(JSON.stringify(record))), record);
  return records;
}

const total = (records: ItemRecord[], field: "evaluatedTokens" | "minimumTokens") =>
  records.reduce((sum, record) => sum + record[field], 0);

const near = (actual: number | null, expected: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

describe("evaluation of items", () => {
  it("scores continuations and records everything that a metric needs", async () => {
    const model = new ToyLanguageModel();
    const { units, evaluator } = setUp(lmEval, { model, shots: 2, task: "mmlu_anatomy_continuation" });
    const [record] = await evaluateAll({ units: units.slice(0, 1), evaluator });
    const { item, shots } = units[0]!;
    assert.equal(record!.item, item.id);
    assert.deepEqual(record!.shots, shots.map(({ id }) => id)); // prettier-ignore
    assert.deepEqual(record!.gold, item.answers);
    const answer = record!.answer!;
    assert.ok(answer.scoring === "continuations");
    const text = lmEval.prompt(item, shots, resolveParameters(lmEval)).request.context;
    assert.equal(record!.promptSha256, createHash("sha256").update(text).digest("hex"));
    const letters = ["A", "B", "C", "D"];
    for (const [index, option] of letters.entries()) {
      const [context, whole] = await model.tokenize([text, `${text} ${option}`], true);
      let sequence = [0, ...context!];
      assert.equal(record!.promptTokens, sequence.length);
      let expected = 0;
      for (const token of whole!.slice(context!.length)) {
        expected += logProbabilities(sequence)[token]!;
        sequence = [...sequence, token];
      }
      near(answer.logLikelihoods[index]!, expected);
      near(record!.probabilities![index]!, Math.exp(expected));
    }
    assert.deepEqual(answer.characters, [1, 1, 1, 1]);
    assert.deepEqual(record!.labels, letters);
  });

  it("evaluates no more tokens than the minimum when the model keeps the latest prompt", async () => {
    for (const [task, shots] of [
      ["mmlu_anatomy", 5],
      ["truthfulqa_mc1", 0],
      ["medqa_4options", 3],
    ] as const) {
      // prettier-ignore
      const records = await evaluateAll(setUp(lmEval, { task, shots, limit: 40 }));
      assert.equal(total(records, "evaluatedTokens"), total(records, "minimumTokens"), task);
    }
  });

  it("gives the same records when it goes on after an interruption", async () => {
    const complete = await evaluateAll(setUp(lmEval, { shots: 1 }));
    const setup = setUp(lmEval, { shots: 1 });
    const done = new Set([0, 1, 4, 7].map((index) => setup.units[index]));
    const rest = await evaluateAll(setup, (unit) => done.has(unit));
    const constant = (record: ItemRecord) => ({ ...record, evaluatedTokens: 0 });
    const expected = complete.filter((_, index) => !done.has(setup.units[index])).map(constant);
    assert.deepEqual(rest.map(constant), expected);
  });

  it("reads the next token over the whole vocabulary, and every token that spells a label", async () => {
    const model = new ToyLanguageModel();
    const { units, evaluator } = setUp(bioMistral, { model, limit: 40 });
    const records = await evaluateAll({ units, evaluator });
    const candidates = await model.tokensDecodingTo(["A", "B", "C", "D"]);
    assert.equal(candidates[0]!.length, 2);
    for (const [index, record] of records.entries()) {
      const answer = record.answer!;
      assert.ok(answer.scoring === "nextToken");
      const { item, shots } = units[index]!;
      const text = bioMistral.prompt(item, shots, resolveParameters(bioMistral)).request.context;
      const [tokens] = await model.tokenize([text], true);
      const distribution = logProbabilities([0, ...tokens!]);
      for (const [k, ids] of candidates.entries()) {
        near(answer.labelLogProbabilities[k]!, Math.max(...ids.map((id) => distribution[id]!)));
      }
      const best = distribution.indexOf(Math.max(...distribution));
      assert.equal(answer.next.token, best);
      const label = candidates.findIndex((ids) => ids.includes(best));
      assert.equal(record.prediction, label < 0 ? null : label);
      assert.equal(record.valid, label >= 0);
      assert.equal(record.correct, item.answers[0] === label);
    }
  });

  it("takes the space before a label for a part of its token, where the tokenizer does", async () => {
    class BytePairModel extends ToyLanguageModel {
      override async tokensDecodingTo(texts: readonly string[]): Promise<number[][]> {
        return (await this.tokenize(texts, false)).map((tokens) => (tokens.length === 1 ? tokens : []));
      }
    }
    const model = new BytePairModel();
    const scoring = { kind: "nextToken" };
    const own = ownProtocol(
      protocolDefinitionSchema.parse({ name: "own", question: "{question}\n{options}\nAnswer:", scoring }),
    );
    const spelled = (await model.tokenize(["A", " A"], false)).map(([token]) => token!);
    const { units, evaluator } = setUp(own, { model, limit: 40 });
    const records = await evaluateAll({ units, evaluator });
    for (const { answer } of records) {
      assert.ok(answer?.scoring === "nextToken");
      assert.equal(answer.next.text === "A", spelled.includes(answer.next.token));
    }
    for (const { continuations } of model.requests) {
      assert.ok(spelled.every((token) => continuations.some(([candidate]) => candidate === token)));
    }
  });

  it("scores options on their own once for acc_mutual_info", async () => {
    const model = new ToyLanguageModel();
    const records = await evaluateAll(setUp(lmEval, { model, given: { mutualInformation: true } }));
    const unconditional = model.requests.filter(({ prefix }) => prefix.length === 1);
    assert.equal(unconditional.length, 1);
    assert.equal(unconditional[0]!.prefix[0], 0);
    for (const { answer } of records) {
      assert.ok(answer?.scoring === "continuations");
      answer.unconditionalLogLikelihoods!.forEach((value, index) => {
        const tokens = unconditional[0]!.continuations[index]!;
        const terms = tokens.map((token, at) => logProbabilities([0, ...tokens.slice(0, at)])[token]!);
        near(
          value,
          terms.reduce((sum, term) => sum + term, 0),
        );
      });
    }
  });

  it("draws with a seed of its own for each item and draw", async () => {
    const records = await evaluateAll(setUp(mediLora, { given: { draws: 2 }, limit: 5 }));
    const again = await evaluateAll(setUp(mediLora, { given: { draws: 2 }, limit: 5 }));
    assert.deepEqual(records, again);
    const seeds = records.map(({ answer }) => (answer?.scoring === "generation" ? answer.seed : undefined));
    assert.equal(new Set(seeds).size, 10);
    const { items } = goldenTask("medqa_4options");
    for (const [index, record] of records.entries()) {
      const item = items.find(({ id }) => id === record.item)!;
      assert.equal(seeds[index], itemSeed(1234, item, record.draw));
    }
  });
});

describe("prompts that do not fit", () => {
  const window = 700;

  it("lose shots from the end, and the loss is counted", async () => {
    const records = await evaluateAll(
      setUp(lmEval, { shots: 3, limit: 40, options: { window, overflow: "dropShots" } }),
    );
    const full = await evaluateAll(setUp(lmEval, { shots: 3, limit: 40 }));
    assert.ok(records.some(({ droppedShots }) => droppedShots > 0));
    for (const [index, record] of records.entries()) {
      assert.deepEqual(record.shots, full[index]!.shots.slice(0, 3 - record.droppedShots));
      assert.equal(record.truncatedTokens, 0);
      if (record.failure) assert.equal(record.droppedShots, 3);
      else assert.ok(record.promptTokens <= window);
    }
  });

  it("are cut at the left, and the cut is counted", async () => {
    const records = await evaluateAll(setUp(lmEval, { limit: 40, options: { window } }));
    assert.ok(records.some(({ truncatedTokens }) => truncatedTokens > 0));
    for (const record of records) {
      assert.equal(record.failure, undefined);
      assert.ok(record.answer?.scoring === "continuations");
      const longest = Math.max(...record.answer.tokenCounts);
      assert.equal(record.truncatedTokens, Math.max(0, record.promptTokens + longest - (window + 1)));
    }
  });

  it("are refused: failed and wrong, the others evaluated", async () => {
    const records = await evaluateAll(setUp(lmEval, { limit: 40, options: { window, overflow: "refuse" } }));
    const failed = records.filter(({ failure }) => failure);
    assert.ok(failed.length > 0 && failed.length < records.length);
    for (const record of failed) {
      assert.equal(record.failure!.code, "prompt.tooLong");
      assert.match(record.failure!.message, /tokens/);
      assert.deepEqual(
        [record.correct, record.valid, record.prediction, record.answer],
        [false, false, null, undefined],
      );
    }
  });

  it("are measured against what the model was trained for and what is loaded", () => {
    const description = { trainContextLength: 512, contextLength: 528 };
    assert.equal(contextWindow(description), 512);
    assert.equal(contextWindow({ ...description, contextLength: 256 }), 256);
    assert.equal(contextWindow(description, 128), 128);
    assert.equal(contextWindow(description, 4096), 528);
  });
});

class ModelOfNothing extends ToyLanguageModel {
  override async score(request: ScoreRequest) {
    const result = await super.score(request);
    return {
      ...result,
      continuations: result.continuations.map((score) => ({ ...score, tokenLogProbabilities: [NaN] })),
    };
  }
}

class CrashingModel extends ToyLanguageModel {
  override score(): Promise<never> {
    return Promise.reject(new ModelHostError("The model host ended."));
  }
}

describe("models that fail", () => {
  it("fail the item when an answer is not a number", async () => {
    const [record] = await evaluateAll(setUp(lmEval, { model: new ModelOfNothing(), limit: 1 }));
    assert.equal(record!.failure?.code, "answer.notANumber");
    assert.equal(record!.correct, false);
  });

  it("leave it to the caller when the host ends, who can record the item as failed", async () => {
    const { evaluator, units } = setUp(lmEval, { model: new CrashingModel(), limit: 1 });
    const prepared = await evaluator.prepare(units[0]!);
    await assert.rejects(evaluator.evaluate(prepared), ModelHostError);
    const record = failedRecord(prepared, new ModelHostError("Three crashes."));
    assert.deepEqual(record.failure, { code: "model.hostEnded", message: "Three crashes." });
    assert.deepEqual(itemRecordSchema.parse(record), record);
  });
});
