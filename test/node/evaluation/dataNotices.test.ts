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
