import assert from "node:assert/strict";
import fc from "fast-check";
import type { Item } from "../../../src/core/benchmarks/item.ts";
import { ownQuestions } from "../../../src/core/benchmarks/ownQuestions.ts";
import { questionText } from "../../../src/core/benchmarks/questionText.ts";
import { drawShots, type DrawnShots } from "../../../src/core/evaluation/shots.ts";
import type { ShotSource } from "../../../src/core/evaluation/shotSource.ts";
import { shuffledOrder, withOptionOrder } from "../../../src/core/evaluation/shuffleOptions.ts";
import { files } from "../benchmarks/fixtures.ts";

function makeItems(count: number, split: string, answerOf = (index: number) => index % 4): Item[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${split}-${index}`,
    benchmark: "own",
    split,
    question: `Question ${index} of ${split}`,
    context: [],
    options: ["a", "b", "c", "d"].map((text, k) => ({ label: "ABCD"[k]!, text: `${text}${index}` })),
    answers: [answerOf(index)],
    language: "en",
    sourceRow: index,
  }));
}

const rows = (shots: readonly DrawnShots[]) =>
  shots.map(({ examples }) => examples.map((example) => example.sourceRow));
const test10 = makeItems(10, "test");

const drawnSources = [
  { kind: "perItem", count: 3, seed: 1 },
  { kind: "first", count: 3 },
  { kind: "shared", count: 3, seed: 1 },
  { kind: "balanced", count: 3, seed: 1 },
] as const;

describe("few-shot sources", () => {
  it("draws for each item what lm-eval draws (random.Random(1234).sample)", () => {
    const expected: Record<number, number[][]> = {
      10178: [[7220, 1914, 122], [1485, 9539, 572], [1375, 1612, 5810]], // prettier-ignore
      182822: [[115535, 30631, 1963], [23761, 152627, 9155], [176046, 181688, 22003]], // prettier-ignore
      450: [[398, 225, 59], [3, 46, 413], [298, 17, 343]], // prettier-ignore
    };
    for (const [size, draws] of Object.entries(expected)) {
      const pool = makeItems(Number(size), "train");
      const shots = drawShots({ kind: "perItem", count: 3, seed: 1234 }, test10.slice(0, 3), pool, "own");
      assert.deepEqual(rows(shots), draws, size);
    }
  });

  it("gives every item the same examples otherwise", () => {
    const pool = makeItems(20, "train");
    assert.deepEqual(rows(drawShots({ kind: "none" }, test10, pool, "own")), Array(10).fill([]));
    assert.deepEqual(rows(drawShots({ kind: "first", count: 2 }, test10, pool, "own")), Array(10).fill([0, 1]));
    const shared = rows(drawShots({ kind: "shared", count: 3, seed: 7 }, test10, pool, "own"));
    assert.equal(new Set(shared.map(String)).size, 1);
    assert.notDeepEqual(shared[0], rows(drawShots({ kind: "shared", count: 3, seed: 8 }, test10, pool, "own"))[0]);
    const explicit = drawShots({ kind: "explicit", ids: ["train-5", "train-1"] }, test10, pool, "own");
    assert.deepEqual(rows(explicit), Array(10).fill([5, 1]));
  });

  it("balances the right answers as far as the pool has them", () => {
    const rare = makeItems(50, "train", (index) => (index === 17 ? 1 : index % 2 === 0 ? 0 : 3));
    const [{ examples }] = drawShots({ kind: "balanced", count: 6, seed: 3 }, test10, rare, "own") as [DrawnShots];
    const counts = [0, 1, 2, 3].map((answer) => examples.filter((example) => example.answers[0] === answer).length);
    assert.equal(counts[1], 1);
    assert.equal(counts[2], 0);
    assert.ok(Math.abs(counts[0]! - counts[3]!) <= 1 && counts[0]! + counts[3]! === 5);
    assert.equal(new Set(examples.map(({ id }) => id)).size, 6);
  });

  it("keeps an item out of its own examples when the pool is the evaluated split", () => {
    for (const source of drawnSources) {
      const shots = drawShots(source, test10, test10, "own");
      for (const [index, { examples }] of shots.entries()) {
        assert.equal(examples.length, 3, source.kind);
        assert.ok(!examples.includes(test10[index]!));
      }
    }
  });

  it("takes another example in the place of one that is the question, and leaves all other draws alone", () => {
    const pool = makeItems(30, "train");
    for (const source of drawnSources) {
      const before = drawShots(source, test10, pool, "own");
      const leak = before[4]!.examples[1]!;
      const question = ` ${leak.question.toUpperCase()}\u00a0`;
      const asked = test10.with(4, { ...test10[4]!, question, options: leak.options.toReversed() });
      const after = drawShots(source, asked, pool, "own");
      assert.deepEqual(after.with(4, before[4]!), before, source.kind);
      const { examples, excluded } = after[4]!;
      assert.deepEqual([examples.length, excluded, examples.includes(leak)], [3, 1, false], source.kind);
      assert.deepEqual(examples.slice(0, 2), [before[4]!.examples[0], before[4]!.examples[2]], source.kind);
    }
  });

  it("gives fewer examples where the pool has no other, or the examples are named", () => {
    const { items, shotPool, notes } = ownQuestions("leak.jsonl").read(files({ test: "own/shots/leak.jsonl" }));
    assert.deepEqual(notes.map(({ kind, count }) => [kind, count]), [["shotOverlap", 1]]); // prettier-ignore
    const sources: ShotSource[] = [
      { kind: "first", count: 2 },
      { kind: "explicit", ids: ["s1", "s2"] },
    ];
    for (const source of sources) {
      const shots = drawShots(source, items, shotPool, "leak.jsonl");
      assert.deepEqual(
        shots.map(({ examples, excluded }) => [examples.map(({ id }) => id), excluded]),
        [
          [[], 2],
          [["s1", "s2"], 0],
        ],
      );
    }
  });

  it("are never the question, in any pool of near and equal texts", () => {
    const text = fc.constantFrom("Which?", " which?", "Which  one?", "Where?");
    const item = fc.record({ question: text, options: fc.constantFrom(["x", "y"], ["y", "X "], ["x", "z"]) });
    const toItems = (drafts: readonly { question: string; options: readonly string[] }[], split: string) =>
      drafts.map(({ question, options }, index): Item => {
        const texts = options.map((option, k) => ({ label: "AB"[k]!, text: option }));
        return { ...makeItems(1, split)[0]!, id: `${split}-${index}`, question, options: texts, answers: [0] };
      });
    const kinds = fc.constantFrom("first", "shared", "balanced", "perItem");
    fc.assert(
      fc.property(fc.array(item, { minLength: 1 }), fc.array(item, { minLength: 2 }), kinds, (asked, pool, kind) => {
        const shots = drawShots({ kind, count: 2, seed: 5 }, toItems(asked, "test"), toItems(pool, "train"), "own");
        for (const [index, { examples }] of shots.entries()) {
          const folded = questionText(toItems(asked, "test")[index]!);
          assert.ok(examples.every((example) => questionText(example) !== folded));
          const others = toItems(pool, "train").filter((example) => questionText(example) !== folded).length;
          assert.equal(examples.length, Math.min(2, others));
          assert.equal(new Set(examples).size, examples.length);
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("says what is missing", () => {
    const pool = makeItems(2, "train");
    const code = "configuration.invalid";
    assert.throws(() => drawShots({ kind: "first", count: 1 }, test10, [], "own"), { code, message: /no few-shot/ });
    assert.throws(() => drawShots({ kind: "perItem", count: 3, seed: 1 }, test10, pool, "own"), {
      code,
      message: /only 2/,
    });
    assert.throws(() => drawShots({ kind: "first", count: 10 }, test10, test10, "own"), { code, message: /needs 11/ });
    assert.throws(() => drawShots({ kind: "explicit", ids: ["x"] }, test10, pool, "own"), { code, message: /"x"/ });
  });
});

describe("shuffling of options", () => {
  it("moves texts and right answers together and leaves labels in place", () => {
    for (const item of test10) {
      const order = shuffledOrder(item, 5);
      const shown = withOptionOrder(item, order);
      assert.deepEqual([...order].sort(), [0, 1, 2, 3]);
      assert.deepEqual(shown.options.map(({ label }) => label), ["A", "B", "C", "D"]); // prettier-ignore
      assert.deepEqual(
        shown.options.map(({ text }) => text),
        order.map((source) => item.options[source]!.text),
      );
      assert.equal(shown.options[shown.answers[0]!]!.text, item.options[item.answers[0]!]!.text);
    }
  });

  it("depends on the seed and the item alone", () => {
    const orders = (seed: number) => test10.map((item) => shuffledOrder(item, seed).join(""));
    assert.deepEqual(orders(5), orders(5));
    assert.notDeepEqual(orders(5), orders(6));
    assert.ok(new Set(orders(5)).size > 3);
  });

  it("keeps several right answers", () => {
    const item = { ...test10[0]!, answers: [0, 2] };
    assert.deepEqual(withOptionOrder(item, [3, 2, 1, 0]).answers, [1, 3]);
  });
});
