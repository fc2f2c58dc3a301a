import assert from "node:assert/strict";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { RunError } from "../../../src/core/errors.ts";
import type { ItemFilter } from "../../../src/core/results/items.ts";
import { performEvaluation } from "../../../src/node/evaluation/evaluationRun.ts";
import { resultMethods } from "../../../src/node/results/protocol.ts";
import { readReport } from "../../../src/node/results/readReport.ts";
import { ResultReader } from "../../../src/node/results/resultReader.ts";
import { ServiceProcess } from "../../../src/node/service/serviceProcess.ts";
import { createRun, readManifest, writeManifest } from "../../../src/node/runs/runFolder.ts";
import { RunSession } from "../../../src/node/runs/runSession.ts";
import { until } from "../../support/until.ts";
import { prepare, StandInModel } from "../evaluation/evaluationFixture.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";

const query = { filter: { outcome: "all" } as ItemFilter, offset: 0, limit: 200 };

describe("reading results for pages", () => {
  const folder = useTemporaryFolder();
  const reader = (): ResultReader => new ResultReader(join(folder(), "no-data"));

  async function run(configuration: Parameters<typeof prepare>[0] = {}): Promise<string> {
    const evaluation = await prepare(configuration);
    const path = await createRun(join(folder(), "runs"), evaluation.run);
    const openModel = () => Promise.resolve(new StandInModel(evaluation));
    await RunSession.perform(path, (session) => performEvaluation(session, evaluation, openModel));
    return path;
  }

  /** A run whose questions are as hostile as text can be. */
  async function hostileRun(): Promise<string> {
    const questions = hostileTexts.map((text, index) => ({
      id: index === 0 ? "__proto__" : text.slice(0, 40),
      question: text,
      options: [text, "constructor"],
      answer: "A",
      subject: text.slice(0, 40),
    }));
    const file = join(folder(), "hostile.jsonl");
    await writeFile(file, questions.map((question) => JSON.stringify(question) + "\n").join(""));
    return run({ benchmark: file, limit: hostileTexts.length });
  }

  it("counts right and wrong items as the summary does", async () => {
    const path = await run();
    const { report } = await readReport(dirname(path), [basename(path)], () => assert.fail("It has a summary."));
    const [benchmark] = report.runs[0]!.summary.benchmarks;
    const total = async (outcome: ItemFilter["outcome"]): Promise<number> =>
      (await reader().items([path], benchmark!.benchmark, { ...query, filter: { outcome } })).total;
    assert.equal(await total("all"), benchmark!.items);
    assert.equal(await total("right"), Math.round(benchmark!.metrics["accuracy"]!.value * benchmark!.items));
    assert.equal((await total("right")) + (await total("wrong")), benchmark!.items);
    assert.equal(await total("flipped"), 0);
  });

  it("finds the items that two runs answer differently, as their comparison does", async () => {
    const folders = [await run(), await run({ shots: 2 })];
    const comparison = await reader().comparison(folders);
    for (const { benchmark, flips } of comparison!.pairs) {
      const page = await reader().items(folders, benchmark, { ...query, filter: { outcome: "flipped" } });
      assert.deepEqual(page.rows.map(({ item }) => item).sort(), flips.map(({ item }) => item).sort());
    }
  });

  it("shows the texts only of the very questions that were asked, else the reason", async () => {
    const path = await hostileRun();
    const before = await reader().items([path], "hostile.jsonl", query);
    assert.equal(before.textMissing, undefined);
    assert.equal(before.rows[1]!.question, hostileTexts[1]);
    await appendFile(join(folder(), "hostile.jsonl"), "\n");
    const changed = await reader().items([path], "hostile.jsonl", query);
    assert.match(changed.textMissing!, /changed since the run/);
    assert.ok(changed.rows.every(({ question }) => question === null));
    await rm(join(folder(), "hostile.jsonl"));
    const gone = await reader().item([path], { benchmark: "hostile.jsonl", item: "__proto__", draw: 0 });
    assert.equal(gone.options, null);
    assert.match(gone.textMissing!, /cannot be read/);
    assert.equal(gone.runs[0]!.labels.length, 2);
  });

  it("passes hostile text on unchanged, cut only where a row is an excerpt", async () => {
    const path = await hostileRun();
    for (const text of hostileTexts.slice(1)) {
      const name = { benchmark: "hostile.jsonl", item: text.slice(0, 40), draw: 0 };
      const detail = await reader().item([path], name);
      assert.equal(detail.question, text);
      assert.deepEqual(detail.options, [text, "constructor"]);
      assert.deepEqual(detail.gold, [0]);
      const found = await reader().items([path], "hostile.jsonl", {
        ...query,
        filter: { outcome: "all", subject: text.slice(0, 40) },
      });
      assert.equal(found.total, 1);
      assert.ok([...found.rows[0]!.question!].length <= 200);
    }
  });

  it("builds the prompt that the model saw, and no other", async () => {
    const path = await run({ shots: 1 });
    const { rows } = await reader().items([path], "sample-medqa-4", query);
    const name = { benchmark: "sample-medqa-4", item: rows[2]!.item, draw: 0 };
    const { prompt } = await reader().prompt(path, name, { withTokens: false });
    const detail = await reader().item([path], name);
    assert.deepEqual(prompt.shots, detail.runs[0]!.shots);
    assert.ok(prompt.request.context.includes(detail.question!));
    const items = await readFile(join(path, "items.jsonl"), "utf8");
    await writeFile(join(path, "items.jsonl"), items.replaceAll(/"promptSha256":"./g, '"promptSha256":"x'));
    await assert.rejects(reader().prompt(path, name, { withTokens: false }), /another one would come out/);
  });

  it("reads a run again when its file has changed, and says which row is damaged", async () => {
    const path = await run();
    const one = reader();
    const before = await one.items([path], "sample-medqa-4", query);
    const lines = (await readFile(join(path, "items.jsonl"), "utf8")).split("\n");
    await writeFile(join(path, "items.jsonl"), lines.filter((line) => !line.includes(before.rows[0]!.item)).join("\n"));
    assert.equal((await one.items([path], "sample-medqa-4", query)).total, before.total - 1);
    await writeFile(join(path, "items.jsonl"), `${lines[0]}\n${lines[0]}\n`);
    await assert.rejects(one.items([path], "sample-medqa-4", query), (error) => {
      return error instanceof RunError && error.place?.line === 2 && /twice/.test(error.message);
    });
  });

  it("tells runs that are gone or have no item yet from those that have a result", async () => {
    const done = await run();
    const partial = await run({ shots: 1 });
    await writeManifest(partial, { ...(await readManifest(partial)), state: "cancelled" });
    const empty = await createRun(join(folder(), "runs"), (await prepare({ shots: 2 })).run);
    const one = reader();
    const names = [done, partial, empty].map((path) => basename(path));
    const value = await readReport(join(folder(), "runs"), [...names, "gone"], (path) => one.partialRun(path));
    assert.deepEqual(value.missing, ["gone"]);
    assert.deepEqual(value.waiting, [basename(empty)]);
    assert.match(value.report.runs[1]!.partial!, /12 of 12 items/);
  });

  it("answers from a process of its own, which ends when it is idle and starts again", async () => {
    const path = await run();
    const process = new ServiceProcess(() => undefined, 50);
    try {
      const ask = () =>
        process.call(resultMethods.items, { folders: [path], query: { ...query, benchmark: "sample-medqa-4" } });
      assert.equal((await ask()).total, 6);
      await until("the end of the process", () => process.pid === undefined);
      assert.equal((await ask()).total, 6);
    } finally {
      process.dispose();
    }
  });
});

const hostileTexts = [
  "What inherits from everything?",
  '<script>alert("1")</script><img src=x onerror=alert(2)>',
  "[click](command:workbench.action.quit) ![x](https://example.org/x.png)",
  "\u202Eright to left\u202C and \u2067isolated",
  "</script><!-- --> ${1} {{x}} %s \u0000 \u2028",
  "\u{1F600}".repeat(5_000) + "x".repeat(50_000),
];
