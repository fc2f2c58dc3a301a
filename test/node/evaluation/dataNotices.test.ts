import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performEvaluation } from "../../../src/node/evaluation/evaluationRun.ts";
import { readRuns } from "../../../src/node/reports/readRun.ts";
import { createRun, readManifest, writeManifest } from "../../../src/node/runs/runFolder.ts";
import { RunSession } from "../../../src/node/runs/runSession.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";
import { prepare, StandInModel } from "./evaluationFixture.ts";

describe("what was left out of the data", () => {
  const folder = useTemporaryFolder();

  it("stands in the plan, in the summary, and in the report of a run that has not finished", async () => {
    const records = [
      { id: "a", question: "ok?", options: ["x", "y"], answer: "A" },
      { id: "b", options: ["x", "y"], answer: "A" },
      { id: "c", question: "equal?", options: ["x", "x"], answer: "A", remark: "not read" },
    ];
    await writeFile(join(folder(), "own.jsonl"), records.map((record) => JSON.stringify(record) + "\n").join(""));
    const evaluation = await prepare({ benchmark: "own.jsonl" }, folder());
    const notices = evaluation.notices["own.jsonl"]!;
    assert.deepEqual(Object.fromEntries(notices.map(({ kind, count }) => [kind, count])), {
      malformedRecords: 1,
      ignoredFields: 1,
      duplicateOptions: 1,
    });
    const run = await createRun(join(folder(), "runs"), evaluation.run);
    const open = () => Promise.resolve(new StandInModel(evaluation));
    await RunSession.perform(run, (session) => performEvaluation(session, evaluation, open));
    const noticesInReport = async () =>
      (await readRuns([run])).map(({ run: { summary } }) => summary.benchmarks[0]!.notices);
    assert.deepEqual(await noticesInReport(), [notices]);
    await writeManifest(run, { ...(await readManifest(run)), state: "cancelled" });
    assert.deepEqual(await noticesInReport(), [notices]);
  });

  it("counts what is odd in the items that are asked, and the examples that were the question", async () => {
    const records = [
      { id: "t1", question: "Which valve is left?", options: ["Mitral", "Tricuspid"], answer: "A" },
      { id: "t2", question: "Other?", options: ["x", "Both A and C", "n/a"], answer: "B" },
      { id: "t3", question: "Not asked?", options: ["x", "x"], answer: "B" },
      { id: "s1", question: "which valve  is left?", options: ["Tricuspid", "Mitral"], answer: "B", split: "shots" },
      { id: "s2", question: "Which?", options: ["x", "y"], answer: "B", split: "shots" },
    ];
    await writeFile(join(folder(), "own.jsonl"), records.map((record) => JSON.stringify(record) + "\n").join(""));
    const asked = { benchmark: "own.jsonl", limit: 2, shots: { kind: "first", count: 1 } } as const;
    const plan = async (rest: object) => {
      const { notices, units } = await prepare({ ...asked, ...rest }, folder());
      const counts = Object.fromEntries(notices["own.jsonl"]!.map(({ kind, count }) => [kind, count]));
      return { counts, shots: units.map(({ item, shots }) => `${item.id} ${shots.map(({ id }) => id).join()}`).sort() };
    };
    assert.deepEqual(await plan({}), {
      counts: { shotOverlap: 1, placeholderOptions: 1, excludedShots: 1 },
      shots: ["t1 s2", "t2 s1"],
    });
    const { counts } = await plan({ shuffleOptions: true, shots: 0 });
    assert.deepEqual(counts, { placeholderOptions: 1, positionalOptions: 1 });
  });

  it("speaks of few-shot examples only where there are some, also of questions that stand in the configuration", async () => {
    const question = { question: "Which valve is left?", options: ["Mitral", "Tricuspid"], answer: "A" };
    const questions = [question, { ...question, id: "s", split: "shots" as const }];
    for (const [shots, kinds] of [
      [0, []],
      [1, ["shotOverlap", "excludedShots"]],
    ] as const) {
      // prettier-ignore
      const { notices } = await prepare({ questions, shots }, folder());
      assert.deepEqual(notices["inline"]!.map(({ kind }) => kind), kinds); // prettier-ignore
    }
  });

  it("tells how many answers the protocol never counts as right", async () => {
    const asked = { benchmark: "sample-pubmedqa", limit: 10, shots: 0 };
    const { notices } = await prepare({ ...asked, protocol: "meditron" }, folder());
    const [notice] = notices["sample-pubmedqa"]!;
    assert.deepEqual(notice, {
      kind: "uncountedAnswers",
      count: 1,
      message: "Items whose right answer (maybe) meditron never counts as right, whatever the model: 1 of 10.",
    });
    assert.deepEqual((await prepare({ ...asked, protocol: "medilora" }, folder())).notices["sample-pubmedqa"], []);
  });

  it("says of a file of an unknown version what it holds, and no path", async () => {
    const { question, ...rest } = { question: "Which?", options: { A: "x", B: "y", C: "z", D: "w" }, answer_idx: "A" };
    const record = { question, answer: "x", ...rest, meta_info: "step1", metamap_phrases: [] };
    await writeFile(join(folder(), "phrases_no_exclude_test.jsonl"), JSON.stringify(record) + "\n");
    const { notices } = await prepare({ benchmark: "medqa-4", data: folder(), shots: 0 });
    const [notice] = notices["medqa-4"]!;
    assert.equal(notice?.kind, "unknownVersion");
    assert.match(
      notice.message,
      /^The test file is no version that Medley knows \(sha256 [0-9a-f]{12}\)\. It gives 1 items/,
    );
    assert.ok(!JSON.stringify(notices).includes(folder()));
  });
});
