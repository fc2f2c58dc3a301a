import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { renderTable } from "../../../src/core/reports/table.ts";
import { reportTable } from "../../../src/core/reports/report.ts";
import { performEvaluation } from "../../../src/node/evaluation/evaluationRun.ts";
import { compareReadRuns, readFinishedRun, readRuns } from "../../../src/node/reports/readRun.ts";
import { createRun, readManifest, writeManifest } from "../../../src/node/runs/runFolder.ts";
import { RunSession } from "../../../src/node/runs/runSession.ts";
import { prepare, StandInModel } from "../evaluation/evaluationFixture.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";

describe("a finished run whose files are changed", () => {
  const folder = useTemporaryFolder();
  let run: string;
  let items: string;
  let rows: string[];

  beforeEach(async () => {
    const evaluation = await prepare();
    run = await createRun(folder(), evaluation.run);
    const open = () => Promise.resolve(new StandInModel(evaluation));
    await RunSession.perform(run, (session) => performEvaluation(session, evaluation, open));
    items = join(run, "items.jsonl");
    rows = (await readFile(items, "utf8")).split(/(?<=\n)/);
  });

  const read = async () => (await readRuns([run]))[0]!.run;
  const message = async () => (await read()).verification?.message;
  const edited = (row: string) =>
    row.replace(/"correct":(true|false)/, (_, is: string) => `"correct":${is !== "true"}`);

  it("says nothing of one that was not", async () => {
    assert.deepEqual((await read()).verification, { items: "unchanged" });
  });

  const cases: readonly [what: string, change: (rows: string[]) => string, RegExp][] = [
    ["deleted", ([, , ...rest]) => rest.join(""), /2 rows are missing \(sample-pubmedqa \d+, sample-pubmedqa \d+\)\./],
    ["cut", (all) => all.join("").slice(0, -9), /1 row is missing \(sample-medqa-4 medqa-test-5\)\./],
    ["doubled", (all) => all.join("") + all[0]!, /1 row is there again \(sample-pubmedqa \d+\)\./],
    ["edited", ([first, ...rest]) => edited(first!) + rest.join(""), /1 row was edited \(sample-pubmedqa \d+\)\./],
    ["damaged", ([first, ...rest]) => first! + "{\n" + rest.join(""), /1 row is damaged \(line 2\)\./],
    [
      "added",
      (all) => all.join("") + all[0]!.replace(/"item":"[^"]*"/, '"item":"x"'),
      /1 row was added \(sample-pubmedqa x\)\./,
    ],
    ["reordered", ([first, second, ...rest]) => second! + first! + rest.join(""), /another order/],
    ["emptied", () => "", /12 rows are missing \(.*, and 7 more\)\./],
  ];
  for (const [what, change, expected] of cases) {
    it(`names rows that were ${what}, and reports the result of the run's end`, async () => {
      const before = await read();
      await writeFile(items, change([...rows]));
      const after = await read();
      assert.equal(after.verification?.items, "changed");
      assert.match(after.verification.message!, expected);
      assert.deepEqual(after.summary, before.summary);
      assert.deepEqual((await readFinishedRun(run))?.verification, after.verification);
      for (const format of ["text", "markdown", "latex", "csv"] as const)
        assert.match(renderTable(reportTable([after]), format), /items\.jsonl was changed after the run ended/);
    });
  }

  it("says that the file is gone", async () => {
    await rm(items);
    assert.match((await message())!, /the file is gone/);
  });

  it("notices whatever is done to the rows", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 11 }),
        fc.constantFrom("delete", "double", "edit", "cut", "byte"),
        fc.nat(),
        async (index, how, place) => {
          const changed = [...rows];
          const row = changed[index]!;
          if (how === "delete") changed.splice(index, 1);
          else if (how === "double") changed.splice(place % 13, 0, row);
          else if (how === "edit") changed[index] = edited(row);
          else if (how === "cut") changed.splice(index, 12, row.slice(0, place % row.length));
          else changed[index] = row.replace(row[place % row.length]!, "\u00e9");
          fc.pre(changed.join("") !== rows.join(""));
          await writeFile(items, changed.join(""));
          assert.equal((await read()).verification?.items, "changed");
        },
      ),
      { numRuns: 60 },
    );
    await writeFile(items, rows.join(""));
    assert.equal((await read()).verification?.items, "unchanged");
  });

  it("computes the result anew where the summary alone was changed", async () => {
    const before = await read();
    const path = join(run, "summary.json");
    await writeFile(path, (await readFile(path, "utf8")).replace(/"value": [\d.]+/, '"value": 0.999'));
    const after = await read();
    assert.deepEqual(after.summary, before.summary);
    assert.equal(after.verification?.items, "unchanged");
    assert.match(after.verification.message!, /summary\.json is gone or was changed/);
    assert.equal(await readFinishedRun(run), undefined);
  });

  it("is not compared, and the reason is given", async () => {
    const other = await prepare({ shots: 2 });
    const second = await createRun(folder(), other.run);
    await RunSession.perform(second, (session) =>
      performEvaluation(session, other, () => Promise.resolve(new StandInModel(other))),
    );
    await writeFile(items, rows.slice(1).join("") + "{broken\n");
    const comparison = await compareReadRuns(await readRuns([run, second]));
    assert.deepEqual(comparison.pairs, []);
    assert.equal(comparison.refused.length, 2);
    assert.match(
      comparison.refused[0]!.reason,
      /0 shots: items\.jsonl was changed after the run ended: 1 row is missing/,
    );
  });

  it("cannot be told of a run of an older Medley, which is said", async () => {
    const { details, ...manifest } = await readManifest(run);
    const { result: _result, notices: _notices, ...others } = details!;
    await writeManifest(run, { ...manifest, details: others });
    await writeFile(items, rows.slice(0, -1).join(""));
    assert.equal((await read()).verification?.items, "unknown");
    assert.match((await message())!, /recorded no hash of its items/);
    const comparison = await compareReadRuns(
      await readRuns([run]).then(([one]) => [one!, { ...one!, run: { ...one!.run, label: "again" } }]),
    );
    assert.match(comparison.warnings.join(), /recorded no hash of its items/);
  });

  it("is named by counts where the hashes of the rows are gone", async () => {
    await rm(join(run, "itemHashes.jsonl"));
    await writeFile(items, rows.slice(2).join(""));
    assert.match((await message())!, /there are 10 rows instead of 12/);
  });
});
