import assert from "node:assert/strict";
import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchmarkDefinition } from "../../../src/core/benchmarks/benchmark.ts";
import { benchmarkById, benchmarks } from "../../../src/core/benchmarks/registry.ts";
import { DataError, FileError } from "../../../src/core/errors.ts";
import { defaultDataFolder } from "../../../src/node/benchmarks/dataFolder.ts";
import { DataStore } from "../../../src/node/benchmarks/dataStore.ts";
import { fixtureBytes } from "../../core/benchmarks/fixtures.ts";
import { sha256 } from "./fileServer.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/benchmarks", import.meta.url));

/** The registry with the fixtures as the known content of these files. */
function catalogueWith(known: Readonly<Record<string, string>>): BenchmarkDefinition[] {
  return benchmarks.map((definition) => ({
    ...definition,
    files: definition.files.map((file) => {
      const fixture = known[`${definition.id} ${file.role}`];
      if (fixture === undefined) return { ...file, known: [] };
      const content = fixtureBytes(fixture);
      return { ...file, known: [{ sha256: sha256(content), bytes: content.length, version: "fixture", urls: [] }] };
    }),
  }));
}

const catalogue = catalogueWith({
  "medqa-4 test": "medqa/US_4_options_phrases_no_exclude_test.jsonl",
  "mmlu-anatomy test": "mmlu/test/anatomy_test.csv",
  "mmlu-anatomy-ar test": "mmlu_arabic/test/anatomy_test.csv",
  "truthfulqa-mc1-health test": "truthfulqa/v1/mc_task.json",
  "truthfulqa-mc1-health categories": "truthfulqa/v1/TruthfulQA.csv",
});
const definition = (id: string) => catalogue.find((candidate) => candidate.id === id)!;

describe("Data store", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "medley-data-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (fixture: string, name: string): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    cpSync(join(fixtures, fixture), path);
    chmodSync(path, 0o644);
    return path;
  };
  const store = (...folders: string[]) =>
    new DataStore(
      { folders: folders.map((name) => join(folder, name)), dataFolder: join(folder, "default") },
      catalogue,
    );

  it("recognises a file by its content whatever its name, and gives its hash", async () => {
    const path = put("medqa/US_4_options_phrases_no_exclude_test.jsonl", "mine/renamed.json");
    const loaded = await store("mine").load(definition("medqa-4"));
    assert.equal(loaded.items.length, 3);
    const content = fixtureBytes("medqa/US_4_options_phrases_no_exclude_test.jsonl");
    assert.deepEqual(loaded.files, [
      { role: "test", path, bytes: content.length, sha256: sha256(content), isKnown: true, version: "fixture" },
    ]);
    assert.deepEqual(loaded.warnings, []);
  });

  it("takes a file of unknown content by its name, and says so", async () => {
    const path = put("medqa/US_4_options_phrases_no_exclude_test.jsonl", "mine/phrases_no_exclude_test.jsonl");
    appendFileSync(path, "\n");
    const loaded = await store("mine").load(definition("medqa-4"));
    assert.equal(loaded.files[0]!.isKnown, false);
    assert.match(loaded.warnings[0]!, /no version that Medley knows .* It gives 3 items; published: 1273\./);
  });

  it("prefers the first folder, and the known content within a folder", async () => {
    const known = put("mmlu/test/anatomy_test.csv", "second/x.csv");
    put("mmlu/original/anatomy_test.csv", "second/anatomy_test.csv");
    assert.equal((await store("second").load(definition("mmlu-anatomy"))).files[0]!.path, known);
    const first = put("mmlu/original/anatomy_test.csv", "first/anatomy_test.csv");
    assert.equal((await store("first", "second").load(definition("mmlu-anatomy"))).files[0]!.path, first);
  });

  it("tells English and Arabic files of one name apart, by content and by folder", async () => {
    put("mmlu_arabic/test/anatomy_test.csv", "x/ar/anatomy_test.csv");
    put("mmlu_arabic/dev/anatomy_dev.csv", "x/mmlu_arabic/dev/anatomy_dev.csv");
    const status = await store("x").status(definition("mmlu-anatomy"));
    assert.equal(status.ready, false);
    assert.deepEqual(
      status.files.map(({ choice }) => choice.state),
      ["missing", "missing"],
    );
    const arabic = await store("x").load(definition("mmlu-anatomy-ar"));
    assert.deepEqual(
      arabic.files.map(({ role, isKnown }) => [role, isKnown]),
      [
        ["test", true],
        ["dev", false],
      ],
    );
  });

  it("refuses to choose between several files of unknown content", async () => {
    put("mmlu/original/anatomy_test.csv", "x/a/anatomy_test.csv");
    put("mmlu/original/anatomy_test.csv", "x/b/anatomy_test.csv");
    await assert.rejects(store("x").load(definition("mmlu-anatomy")), (error: unknown) => {
      assert.ok(error instanceof FileError);
      assert.match(error.message, /a\/anatomy_test\.csv, .*b\/anatomy_test\.csv/);
      return true;
    });
  });

  it("says which file is missing, where it looked and how to get it", async () => {
    await assert.rejects(
      new DataStore({ folders: [], dataFolder: folder }).load(benchmarkById("medqa-4")),
      (error: unknown) => {
        assert.ok(error instanceof FileError);
        assert.match(error.message, /US_4_options_phrases_no_exclude_test\.jsonl is not in/);
        assert.ok(error.message.includes(folder));
        assert.deepEqual(error.remedy, { action: "fetchData", benchmarks: ["medqa-4"] });
        return true;
      },
    );
    await assert.rejects(store("absent").load(definition("medqa-4")), FileError);
  });

  it("joins several files of one benchmark", async () => {
    put("truthfulqa/v1/mc_task.json", "t/mc_task.json");
    await assert.rejects(store("t").load(definition("truthfulqa-mc1-health")), /categories file TruthfulQA\.csv/);
    put("truthfulqa/v1/TruthfulQA.csv", "t/TruthfulQA.csv");
    assert.equal((await store("t").load(definition("truthfulqa-mc1-health"))).items.length, 4);
  });

  it("neither reads nor records files for shots when none are needed", async () => {
    put("mmlu/test/anatomy_test.csv", "x/anatomy_test.csv");
    put("mmlu/dev/anatomy_dev.csv", "x/anatomy_dev.csv");
    const roles = async (withShots: boolean) =>
      (await store("x").load(definition("mmlu-anatomy"), { withShots })).files.map(({ role }) => role);
    assert.deepEqual(await roles(true), ["test", "dev"]);
    assert.deepEqual(await roles(false), ["test"]);
  });

  it("lists what is there", async () => {
    put("mmlu/test/anatomy_test.csv", "default/anatomy_test.csv");
    const ready = (await store().list()).filter((status) => status.ready);
    assert.deepEqual(
      ready.map((status) => status.definition.id),
      ["mmlu-anatomy"],
    );
  });

  it("leaves out a file that may not be read, and says so", async function () {
    if (process.getuid?.() === 0 || process.platform === "win32") this.skip();
    chmodSync(put("mmlu/test/anatomy_test.csv", "x/anatomy_test.csv"), 0);
    const { warnings } = await store("x").status(definition("mmlu-anatomy"));
    assert.match(warnings[0]!, /was left out/);
  });

  it("sees new files after a refresh", async () => {
    const one = store();
    assert.equal((await one.status(definition("mmlu-anatomy"))).ready, false);
    put("mmlu/test/anatomy_test.csv", "default/anatomy_test.csv");
    one.refresh();
    assert.equal((await one.status(definition("mmlu-anatomy"))).ready, true);
  });

  it("reads own questions, and refuses one bad line only when strict", async () => {
    const path = join(folder, "own.jsonl");
    writeFileSync(path, '{"question": "q", "options": ["x", "y"], "answer": "A"}\n{"question": "r"}\n');
    const loaded = await store().loadOwn(path);
    assert.deepEqual([loaded.items.length, loaded.problems.length], [1, 1]);
    await assert.rejects(store().loadOwn(path, { strict: true }), (error: unknown) => {
      assert.ok(error instanceof DataError);
      assert.deepEqual(error.place, { file: path, line: 2, field: "options" });
      return true;
    });
    await assert.rejects(store().loadOwn(join(folder, "absent.csv")), FileError);
  });
});

describe("Default data folder", () => {
  it("is the platform's, unless MEDLEY_DATA names another", () => {
    assert.equal(defaultDataFolder({}, "linux", "/home/u"), join("/home/u", ".local", "share", "medley", "data"));
    assert.equal(defaultDataFolder({ XDG_DATA_HOME: "/x" }, "linux", "/home/u"), join("/x", "medley", "data"));
    assert.match(defaultDataFolder({}, "darwin", "/Users/u"), /Application Support/);
    assert.match(defaultDataFolder({ LOCALAPPDATA: "/L" }, "win32", "/u"), /Medley/);
    assert.equal(defaultDataFolder({ MEDLEY_DATA: "/data" }, "linux", "/home/u"), "/data");
  });
});
