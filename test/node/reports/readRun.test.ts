import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../../../src/core/errors.ts";
import { reportSchema } from "../../../src/core/reports/report.ts";
import { performEvaluation } from "../../../src/node/evaluation/evaluationRun.ts";
import { compareReadRuns, readRuns } from "../../../src/node/reports/readRun.ts";
import { writeLmEval } from "../../../src/node/reports/writeLmEval.ts";
import { createRun, readManifest, writeManifest } from "../../../src/node/runs/runFolder.ts";
import { RunSession } from "../../../src/node/runs/runSession.ts";
import { prepare, StandInModel } from "../evaluation/evaluationFixture.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";

describe("reading runs for reports", () => {
  const folder = useTemporaryFolder();

  async function run(configuration: Parameters<typeof prepare>[0] = {}): Promise<string> {
    const evaluation = await prepare(configuration);
    const path = await createRun(folder(), evaluation.run);
    const openModel = () => Promise.resolve(new StandInModel(evaluation));
    await RunSession.perform(path, (session) => performEvaluation(session, evaluation, openModel));
    return path;
  }

  it("computes the same summary from the items where the saved one is gone", async () => {
    const path = await run();
    const [saved] = await readRuns([path]);
    reportSchema.parse(JSON.parse(JSON.stringify({ v: 1, runs: [saved!.run] })));
    await rm(join(path, "summary.json"));
    const [computed] = await readRuns([path]);
    assert.deepEqual(JSON.parse(JSON.stringify(computed!.run.summary)), JSON.parse(JSON.stringify(saved!.run.summary)));
    assert.equal(saved!.run.partial, undefined);
    assert.equal(saved!.run.model, "stories260k.f32.gguf");
  });

  it("reports a run that has not finished as partial, with what there is", async () => {
    const path = await run();
    const items = (await readFile(join(path, "items.jsonl"), "utf8")).split("\n");
    await writeFile(join(path, "items.jsonl"), items.slice(0, 4).join("\n") + '\n{"torn');
    await writeManifest(path, { ...(await readManifest(path)), state: "cancelled" });
    const [read] = await readRuns([path]);
    assert.match(read!.run.partial!, /^4 of 12 items, .*cancelled\.$/);
    assert.equal(read!.run.summary.benchmarks[0]!.items, 4);
  });

  it("refuses what is no evaluation, has no item or is damaged, and says which", async () => {
    const path = await run();
    const manifest = await readManifest(path);
    const rejects = (pattern: RegExp) =>
      assert.rejects(readRuns([path]), (error) => error instanceof RunError && pattern.test(error.message));
    await writeFile(join(path, "summary.json"), "{}");
    await writeManifest(path, { ...manifest, details: {} });
    await rejects(/summary is damaged/);
    await writeManifest(path, { ...manifest, kind: "merge" });
    await rejects(/kind merge/);
    await writeManifest(path, { ...manifest, state: "cancelled" });
    await writeFile(join(path, "items.jsonl"), "");
    await rejects(/no result yet/);
    await writeFile(join(path, "items.jsonl"), "{}\n");
    await rejects(/not a record/);
  });

  it("compares runs from their folders", async () => {
    const runs = await readRuns([await run(), await run({ shots: 2 })]);
    assert.deepEqual(
      runs.map(({ run: { label } }) => label),
      ["0 shots", "2 shots"],
    );
    const comparison = await compareReadRuns(runs);
    assert.deepEqual(
      comparison.pairs.map(({ benchmark, n }) => [benchmark, n]),
      [
        ["sample-pubmedqa", 6],
        ["sample-medqa-4", 6],
      ],
    );
    assert.match(comparison.warnings.join(), /shots/);
    const [pair] = comparison.pairs;
    const [first] = runs[0]!.run.summary.benchmarks;
    assert.equal(pair!.first.value, first!.metrics["accuracy"]!.value);
  });

  it("takes a run that is named twice once", async () => {
    const path = await run();
    assert.equal((await readRuns([path, `${path}/`])).length, 1);
  });

  it("writes lm-eval's files, whose samples give its results", async () => {
    const [read] = await readRuns([await run()]);
    const files = await writeLmEval(read!, join(folder(), "lm-eval"));
    const results = JSON.parse(await readFile(files.at(-1)!, "utf8")) as {
      results: Record<string, Record<string, number>>;
    };
    const samples = (
      await readFile(
        files.find((file) => file.includes("samples_sample-medqa-4"))!,
        "utf8",
      )
    )
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { acc: number; doc_id: number });
    assert.deepEqual(
      samples.map(({ doc_id }) => doc_id),
      [0, 1, 2, 3, 4, 5],
    );
    const mean = samples.reduce((sum, { acc }) => sum + acc, 0) / samples.length;
    assert.equal(results.results["sample-medqa-4"]!["acc,none"], mean);
  });
});
