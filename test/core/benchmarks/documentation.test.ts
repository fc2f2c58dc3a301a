import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ownQuestions } from "../../../src/core/benchmarks/ownQuestions.ts";
import { benchmarkGroups, benchmarks } from "../../../src/core/benchmarks/registry.ts";
import { files, textFile } from "./fixtures.ts";

const documentation = readFileSync(new URL("../../../docs/benchmarks.md", import.meta.url), "utf8");

describe("docs/benchmarks.md", () => {
  it("names every benchmark with its size, and every group", () => {
    for (const { id, sizes } of benchmarks) {
      const subject = /^mmlu-([a-z_]+?)(-ar)?$/.exec(id)?.[1];
      assert.ok(documentation.includes(`\`${subject ?? id}\``), id);
      if (subject !== undefined) assert.ok(documentation.includes(`\`${subject}\` ${sizes[0]}`), id);
      else for (const size of sizes) assert.match(documentation, new RegExp(`\\b${size}\\b`), id);
    }
    for (const { id } of benchmarkGroups) assert.ok(documentation.includes(`\`${id}\``), id);
  });

  it("shows examples of own questions that are read as it says", () => {
    const block = (language: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(documentation)![1]!;
    for (const [path, text, items] of [
      ["own.jsonl", block("json"), 2],
      ["own.csv", block("csv"), 2],
    ] as const) {
      const result = ownQuestions(path).read(files({ test: textFile(path, text) }));
      assert.deepEqual([result.problems, result.notes], [[], []]);
      assert.deepEqual([result.items.length, result.shotPool.length], [items, 1]);
    }
  });
});
