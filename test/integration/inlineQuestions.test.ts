import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { prepareEvaluations, type PreparedEvaluation } from "../../src/node/evaluation/prepareEvaluation.ts";
import { readRuns } from "../../src/node/reports/readRun.ts";
import { createRun } from "../../src/node/runs/runFolder.ts";
import { performRun } from "../../src/node/runs/performRun.ts";
import { itemRows } from "../node/runs/itemRows.ts";
import { repository } from "../support/cli.ts";

const questions = `
- question: Which organ pumps the blood?
  options: [liver, heart, kidney]
  answer: heart
- id: vitamin
  question: Which vitamin prevents scurvy?
  options: { A: Vitamin A, B: Vitamin B, C: Vitamin C }
  answer: C
- { question: Is the skin an organ?, options: ["yes", "no"], answer: A, split: shots }
`;

describe("inline questions", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-inline-"));
    await copyFile(join(repository, "samples/models/stories260k.f32.gguf"), join(folder, "tiny.gguf"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function prepare(text: string, more: object = {}): Promise<PreparedEvaluation> {
    const given = { questions: parse(text) as unknown, models: "tiny.gguf", threads: 1, shots: 1, ...more };
    const [prepared] = await prepareEvaluations(given, { baseFolder: folder, dataFolder: join(folder, "no-data") });
    return prepared!;
  }

  it("are evaluated and reported from the run folder alone", async () => {
    const run = await createRun(join(folder, "runs"), (await prepare(questions)).run);
    // Nothing but the folder says what is asked, as after a restart.
    await performRun(run);
    const rows = await itemRows(run);
    assert.deepEqual(
      rows.map(({ benchmark, item, shots }) => [benchmark, item, shots]),
      [
        ["inline", "1", ["3"]],
        ["inline", "vitamin", ["3"]],
      ],
    );
    assert.ok(rows.every(({ failure }) => failure === undefined));
    const [read] = await readRuns([run]);
    assert.deepEqual(
      read!.run.summary.benchmarks.map(({ benchmark, draws }) => [benchmark, draws[0]!.n]),
      [["inline", 2]],
    );
    assert.match(read!.run.manifest.title, /^inline · tiny\.gguf/);
  });

  it("are part of the run's identity by what they say, not by how they are written; charts are not", async () => {
    const first = (await prepare(questions)).run.identity;
    const rewritten = questions.replace("answer: heart", "answer: B").replace("{ A: Vitamin A", '{ "A": "Vitamin A"');
    assert.deepEqual((await prepare(rewritten, { plots: ["forest"] })).run.identity, first);
    const changed = (await prepare(questions.replace("pumps", "moves"))).run.identity;
    assert.notEqual(changed["benchmark inline"], first["benchmark inline"]);
  });

  it("stand beside benchmarks", async () => {
    const { rows } = await prepare(questions, { benchmark: "sample-medqa-4", shots: 0, limit: 2 });
    assert.deepEqual(
      rows.map(({ benchmark }) => benchmark),
      ["inline", "inline", "sample-medqa-4", "sample-medqa-4"],
    );
  });
});
