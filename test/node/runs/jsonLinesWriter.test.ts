import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { JsonLinesWriter } from "../../../src/node/runs/jsonLinesWriter.ts";
import { useTemporaryFolder } from "./temporaryFolder.ts";

describe("JsonLinesWriter", () => {
  const folder = useTemporaryFolder();

  it("appends in the order of the calls, without waiting for each", async () => {
    const path = join(folder(), "a.jsonl");
    const writer = await JsonLinesWriter.open(path);
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    await Promise.all(numbers.map((i) => writer.append({ i, text: "é".repeat(i) })));
    await writer.close();
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { i: number }).i),
      numbers,
    );
  });

  it("repairs a last line that is torn anywhere, also inside a character, and keeps every complete one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "binary" }), { maxLength: 5 }), fc.nat(), async (texts, cut) => {
        const path = join(folder(), "torn.jsonl");
        const whole = Buffer.from(texts.map((text) => JSON.stringify({ text }) + "\n").join(""));
        const kept = whole.subarray(0, cut % (whole.length + 1));
        await writeFile(path, kept);
        const writer = await JsonLinesWriter.open(path);
        await writer.append({ text: "new" });
        await writer.close();
        const complete = kept.subarray(0, kept.lastIndexOf(0x0a) + 1);
        assert.deepEqual(await readFile(path), Buffer.concat([complete, Buffer.from('{"text":"new"}\n')]));
      }),
      { seed: 7, numRuns: 50 },
    );
  });

  it("repairs a torn line that is longer than it reads at a time", async () => {
    const path = join(folder(), "long.jsonl");
    await writeFile(path, '{"a":1}\n' + '{"b":"' + "x".repeat(200_000));
    const writer = await JsonLinesWriter.open(path);
    await writer.close();
    assert.equal(await readFile(path, "utf8"), '{"a":1}\n');
  });

  it("says that the folder is gone", async () => {
    await assert.rejects(JsonLinesWriter.open(join(folder(), "no", "a.jsonl")), { code: "run.unusable" });
    await mkdir(join(folder(), "folder.jsonl"));
    await assert.rejects(JsonLinesWriter.open(join(folder(), "folder.jsonl")), { code: "run.unusable" });
  });

  it("takes a half-written line back when the file may not grow further", () => {
    // The limit on file size (ulimit -f, in blocks of 1024 bytes) fails a write half-way, as a full disk does.
    const path = join(folder(), "limited.jsonl");
    const script = `
      import { JsonLinesWriter } from ${JSON.stringify(new URL("../../../src/node/runs/jsonLinesWriter.ts", import.meta.url).href)};
      process.on("SIGXFSZ", () => undefined);
      const writer = await JsonLinesWriter.open(${JSON.stringify(path)});
      let error;
      let count = 0;
      while (error === undefined && count < 1000) await writer.append({ text: "x".repeat(300) }).then(() => count++, (e) => (error = e));
      await writer.append({ short: 1 });
      await writer.close();
      console.log(JSON.stringify({ code: error.code, message: error.message, count }));
    `;
    const bash = `ulimit -f 4; exec "$0" --import tsx --input-type=module -e "$1"`;
    const output = execFileSync("bash", ["-c", bash, process.execPath, script], { encoding: "utf8" });
    const result = JSON.parse(output) as { code: string; message: string; count: number };
    assert.equal(result.code, "run.unusable");
    assert.match(result.message, /limit/);
    assert.equal(result.count, 13);
    const lines = execFileSync("tail", ["-n", "2", path], { encoding: "utf8" });
    assert.equal(lines, JSON.stringify({ text: "x".repeat(300) }) + '\n{"short":1}\n');
  });
});
