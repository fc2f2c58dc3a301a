import assert from "node:assert/strict";
import type { Item } from "../../../src/core/benchmarks/item.ts";
import { letteredOptions } from "../../../src/core/benchmarks/reading.ts";
import { ownQuestions } from "../../../src/core/benchmarks/ownQuestions.ts";
import { ownProtocol } from "../../../src/core/evaluation/ownProtocol/ownProtocol.ts";
import { protocolDefinitionSchema } from "../../../src/core/evaluation/ownProtocol/protocolDefinition.ts";
import { planUnits } from "../../../src/core/evaluation/plan.ts";
import type { ModelAnswer, Prompt, Protocol } from "../../../src/core/evaluation/protocol.ts";
import { builtInProtocols, findProtocol, resolveParameters } from "../../../src/core/evaluation/registry.ts";
import { files } from "../benchmarks/fixtures.ts";

function item(benchmark: string, texts: readonly string[], rest: Partial<Item> = {}): Item {
  return {
    id: "one",
    benchmark,
    split: "test",
    question: "Which?",
    context: [],
    options: letteredOptions(texts),
    answers: [0],
    language: "en",
    sourceRow: 0,
    ...rest,
  };
}

function plan(protocol: Protocol, items: readonly Item[], given: unknown = {}) {
  const { benchmark } = items[0]!;
  const parameters = resolveParameters(protocol, given);
  return planUnits({ benchmark, items, shotPool: [], protocol, parameters, shots: 0 });
}

/** The answer of a model that chooses an option and says so in the protocol's way. */
function choosing(option: number, { request, labels }: Prompt, protocol: string): ModelAnswer {
  const many = labels.map((_, index) => (index === option ? -0.1 : -5));
  if (request.scoring === "continuations") {
    const ones = labels.map(() => 1);
    const greedy = labels.map((_, index) => index === option);
    return { scoring: "continuations", logLikelihoods: many, tokenCounts: ones, characters: ones, bytes: ones, greedy };
  }
  if (request.scoring === "nextToken") {
    const next = { token: 1, text: labels[option]!, logProbability: -0.1 };
    return { scoring: "nextToken", next, labelLogProbabilities: many };
  }
  const text = protocol === "medilora" && labels[option]!.length === 1 ? `(${labels[option]})` : labels[option]!;
  return { scoring: "generation", text, tokens: 1, stopReason: "maxTokens", seed: 1 };
}

describe("limits of protocols", () => {
  it("keep out what could not be counted: each option of an item within them can be chosen and counted", () => {
    for (const protocol of builtInProtocols) {
      const parameters = resolveParameters(protocol);
      for (const benchmark of ["medqa-5", "medmcqa", "own.jsonl", "truthfulqa-mc1", "head-qa-en", "inline"]) {
        const { options: most } = protocol.limits(benchmark, parameters);
        for (let count = 2; count <= most; count++) {
          for (let option = 0; option < count; option++) {
            const texts = Array.from({ length: count }, (_, index) => `text ${index}`);
            const asked = item(benchmark, texts, { answers: [option] });
            const prompt = protocol.prompt(asked, [], parameters);
            const { correct, prediction } = protocol.judge(asked, choosing(option, prompt, protocol.id), parameters);
            assert.deepEqual([correct, prediction], [true, option], `${protocol.id}, ${benchmark}, ${option}/${count}`);
            const range = /answer from A to ([A-Z])\b/.exec(prompt.request.context)?.[1];
            assert.ok(range === undefined || range >= prompt.labels.at(-1)!, `${protocol.id} asks for A to ${range}`);
          }
        }
      }
    }
  });

  it("say of each answer within them whether it is ever counted: maybe is not, with meditron", () => {
    const never: string[] = [];
    for (const protocol of builtInProtocols) {
      const parameters = resolveParameters(protocol);
      for (const benchmark of ["pubmedqa", "sample-pubmedqa", "medqa-4", "own.jsonl"]) {
        for (const [option, text] of ["yes", "no", "maybe"].entries()) {
          const asked = item(benchmark, ["yes", "no", "maybe"], { answers: [option] });
          const prompt = protocol.prompt(asked, [], parameters);
          const { correct } = protocol.judge(asked, choosing(option, prompt, protocol.id), parameters);
          assert.equal(protocol.canBeRight(asked, parameters), correct, `${protocol.id}, ${benchmark}, ${text}`);
          if (!correct) never.push(`${protocol.id} ${benchmark} ${text}`);
        }
      }
    }
    assert.deepEqual(never, ["meditron pubmedqa maybe", "meditron sample-pubmedqa maybe"]);
  });

  it("leave answers that a protocol of one's own cannot find to be counted", () => {
    const own = (scoring: object) =>
      ownProtocol(
        protocolDefinitionSchema.parse({
          name: "own",
          question: "{question} {options}",
          scoring: { kind: "generation", ...scoring },
        }),
      );
    const asked = (texts: readonly string[], right = 0) => item("own.jsonl", texts, { answers: [right] });
    assert.ok(own({}).canBeRight(asked(["x", "y"]), {}));
    const byText = { find: "{text}", where: "first" };
    assert.ok(own(byText).canBeRight(asked([" renal failure ", "failure"]), {}));
    assert.ok(own({ ...byText, where: "last" }).canBeRight(asked(["renal failure", "failure"]), {}));
    assert.ok(!own(byText).canBeRight(asked(["x", "x"], 1), {}), "an equal option is found first");
    assert.ok(!own({ find: "({label})", stop: [")"] }).canBeRight(asked(["x", "y"]), {}), "generation ends before it");
    assert.ok(own({ find: "({label})", after: "is", where: "first" }).canBeRight(asked(["x", "y"], 1), {}));
  });

  it("refuse ten options before anything is evaluated, name the items, and say what to do", () => {
    const { items } = ownQuestions("tenOptions.jsonl").read(files({ test: "own/questions/tenOptions.jsonl" }));
    assert.throws(() => plan(findProtocol("meditron"), items), {
      code: "configuration.invalid",
      message: "meditron names and counts at most 4 options on tenOptions.jsonl, but the items a, b have more.",
      hint: /lm-eval and biomistral take 26\. Or leave such items out/,
    });
    for (const id of ["lm-eval", "biomistral", "medilora"]) assert.equal(plan(findProtocol(id), items).length, 2, id);
  });

  it("concern the items that are asked, and no others", () => {
    const protocol = findProtocol("meditron");
    const items = [item("own.jsonl", ["x", "y"]), item("own.jsonl", ["v", "w", "x", "y", "z"], { id: "five" })];
    const parameters = resolveParameters(protocol);
    const common = { benchmark: "own.jsonl", items, shotPool: [], protocol, parameters, shots: 0 };
    assert.throws(() => planUnits(common), { message: /the item five has more/ });
    assert.equal(planUnits({ ...common, ids: ["one"] }).length, 1);
    assert.equal(planUnits({ ...common, limit: 1 }).length, 1);
  });

  it("refuse a blank option where its text is scored", () => {
    const items = [item("own.jsonl", ["x", "\u00a0"])];
    const protocol = findProtocol("lm-eval");
    assert.throws(() => plan(protocol, items, { format: "cloze" }), { message: /the item one has a blank option/ });
    assert.equal(plan(protocol, items).length, 1);
  });

  it("admit the five options of MedQA, which all of their papers report", () => {
    const five = item("medqa-5", ["v", "w", "x", "y", "z"]);
    for (const protocol of builtInProtocols) assert.equal(plan(protocol, [five]).length, 1, protocol.id);
  });

  it("are declared in a protocol of one's own by its labels, answers and languages", () => {
    const own = (rest: object) =>
      ownProtocol(
        protocolDefinitionSchema.parse({ name: "own", question: "{question} {options}", ...rest }),
      ) as Protocol;
    const three = [item("own.jsonl", ["x", "y", "z"])];
    assert.throws(() => plan(own({ labels: ["yes", "no"] }), three), { message: /at most 2 options on own.jsonl/ });
    assert.throws(() => plan(own({ languages: ["fr", "it"] }), three), {
      message: "own asks questions in fr, it, but the item one has another language.",
    });
    assert.equal(plan(own({ languages: ["en"] }), [{ ...three[0]!, language: "en-GB" }]).length, 1);
    const texts = own({ question: "{question}", answer: "{text}" });
    assert.throws(() => plan(texts, [item("own.jsonl", ["x", " "])]), { message: /blank option/ });
  });
});
