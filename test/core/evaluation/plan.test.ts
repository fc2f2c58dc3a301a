import assert from "node:assert/strict";
import { encodePrompt, tokenizePrompt, type EncodedPrompt } from "../../../src/core/evaluation/encode.ts";
import { minimumTokens, planUnits } from "../../../src/core/evaluation/plan.ts";
import type { Protocol } from "../../../src/core/evaluation/protocol.ts";
import { bioMistral } from "../../../src/core/evaluation/protocols/bioMistral.ts";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import { resolveParameters } from "../../../src/core/evaluation/registry.ts";
import type { ShotsSetting } from "../../../src/core/evaluation/shotSource.ts";
import { goldenTask } from "../../support/goldenEvaluation.ts";
import { ToyLanguageModel } from "../../support/toyLanguageModel.ts";

function planOf<P>(protocol: Protocol<P>, task: string, extra: Partial<Parameters<typeof planUnits<P>>[0]> = {}) {
  const { benchmark, items, pool, parameters } = goldenTask(task);
  const settings = resolveParameters(protocol, protocol.id === "lm-eval" ? parameters : {});
  const options = { benchmark, items, shotPool: pool, protocol, parameters: settings, ...extra };
  return { units: planUnits(options), items, parameters: settings };
}

const model = new ToyLanguageModel();

async function encodeAll<P>(protocol: Protocol<P>, plan: ReturnType<typeof planOf<P>>): Promise<EncodedPrompt[]> {
  const encoded: EncodedPrompt[] = [];
  for (const { item, shots } of plan.units) {
    const prompt = protocol.prompt(item, shots, plan.parameters);
    encoded.push(encodePrompt(await tokenizePrompt(prompt, model), 100_000));
  }
  return encoded;
}

// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a type alias may not refer to itself here
interface Node extends Map<number, Node> {}

/** Adds the tokens to the tree and returns the number of new nodes. */
function grow(root: Node, tokens: readonly number[]): number {
  let node = root;
  let added = 0;
  for (const token of tokens) {
    if (!node.has(token)) added++;
    node.set(token, node.get(token) ?? new Map());
    node = node.get(token)!;
  }
  return added;
}

/** Nodes of the tree of all prefixes, plus the inner nodes of each tree of options. */
function treeNodes(prompts: readonly EncodedPrompt[]): number {
  const prefixes: Node = new Map();
  let count = 0;
  for (const { prefix, continuations } of prompts.flatMap(({ groups }) => groups)) {
    count += grow(prefixes, prefix);
    const options: Node = new Map();
    for (const continuation of continuations) count += grow(options, continuation.slice(0, -1));
  }
  return count;
}

describe("plan", () => {
  it("evaluates each item once a draw, and the items that share examples one after the other", () => {
    const { units, items } = planOf(bioMistral, "medqa_4options");
    assert.equal(units.filter(({ draw }, index) => draw !== units[index - 1]?.draw).length, 3);
    for (const draw of [0, 1, 2]) {
      const ids = units.filter((unit) => unit.draw === draw).map(({ item }) => item.id);
      assert.deepEqual(ids.sort(), items.map(({ id }) => id).sort());
    }
  });

  for (const [protocol, task] of [
    [lmEval, "mmlu_anatomy"],
    [lmEval, "truthfulqa_mc1"],
    [lmEval, "mmlu_anatomy_continuation"],
    [lmEval, "medqa_4options"],
    [bioMistral, "mmlu_anatomy"],
  ] as const) {
    it(`orders ${task} (${protocol.id}) so that a cache of one prompt evaluates the minimum`, async () => {
      const plan = planOf(protocol as typeof lmEval, task, { shots: task.startsWith("truthfulqa") ? 0 : 3 });
      const prompts = await encodeAll(protocol as typeof lmEval, plan);
      const minimum = prompts.reduce((sum, prompt, index) => sum + minimumTokens(prompts[index - 1], prompt), 0);
      assert.equal(minimum, treeNodes(prompts));
      assert.ok(minimum < prompts.reduce((sum, { promptTokens }) => sum + promptTokens, 0));
    });
  }

  it("does not let a limit or a choice of items change the shots", () => {
    const key = ({ units }: ReturnType<typeof planOf>) =>
      new Map(units.map(({ item, shots }) => [item.id, shots.map(({ id }) => id).join()]));
    const all = key(planOf(lmEval, "medqa_4options", { shots: 3 }));
    const limited = key(planOf(lmEval, "medqa_4options", { shots: 3, limit: 7 }));
    const chosen = key(planOf(lmEval, "medqa_4options", { shots: 3, ids: ["medqa-test-30", "medqa-test-2"] }));
    assert.deepEqual(
      [...limited.keys()].sort(),
      Array.from({ length: 7 }, (_, k) => `medqa-test-${k}`),
    );
    assert.deepEqual([...chosen.keys()].sort(), ["medqa-test-2", "medqa-test-30"]);
    for (const [id, shots] of [...limited, ...chosen]) assert.equal(shots, all.get(id));
  });

  it("shuffles the options of items and of examples, and records the order", () => {
    const { units, items } = planOf(lmEval, "medqa_4options", { shots: 2, shuffleSeed: 11 });
    assert.ok(units.some(({ order }) => String(order) !== "0,1,2,3"));
    for (const { item, order, shots } of units) {
      const source = items.find(({ id }) => id === item.id)!;
      assert.deepEqual(
        item.options.map(({ text }) => text),
        order.map((index) => source.options[index]!.text),
      );
      assert.equal(item.options[item.answers[0]!]!.text, source.options[source.answers[0]!]!.text);
      assert.equal(shots.length, 2);
    }
  });

  it("lets the user choose the source, one a draw when there are several", () => {
    const shots: ShotsSetting = [{ kind: "first", count: 1 }, { kind: "explicit", ids: ["anatomy-dev-3"] }]; // prettier-ignore
    const { units } = planOf(lmEval, "mmlu_anatomy", { shots });
    const seen = new Set(units.map((unit) => `${unit.draw} ${unit.shots.map(({ id }) => id).join()}`));
    assert.deepEqual([...seen].sort(), ["0 anatomy-dev-0", "1 anatomy-dev-3"]);
  });

  it("refuses items that do not exist", () => {
    assert.throws(() => planOf(lmEval, "mmlu_anatomy", { ids: ["nothing"] }), { code: "configuration.invalid" });
  });

  it("refuses options in an order that gives the answer away, unless they are shuffled or not shown", () => {
    const first = { shots: 0, answerAlwaysFirst: true };
    const configuration = { code: "configuration.invalid", message: /always the first/ };
    assert.throws(() => planOf(bioMistral, "truthfulqa_mc1", first), configuration);
    assert.equal(planOf(bioMistral, "truthfulqa_mc1", { ...first, shuffleSeed: 1 }).units.length, 40);
    assert.equal(planOf(lmEval, "truthfulqa_mc1", first).units.length, 40);
  });

  it("refuses several right options where the answer names one", () => {
    assert.throws(() => planOf(bioMistral, "truthfulqa_mc2", { shots: 0 }), { message: /right options/ });
    assert.equal(planOf(lmEval, "truthfulqa_mc2").units.length, 40);
  });
});
