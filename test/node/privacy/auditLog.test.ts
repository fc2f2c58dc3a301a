import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "../../../src/core/errors.ts";
import { findIdentifiers } from "../../../src/core/privacy/findIdentifiers.ts";
import { AuditLog, type SentText } from "../../../src/node/privacy/auditLog.ts";

const text = "Dr. Okonkwo saw her on 3/4/21 — é";
const sent: SentText = {
  hosts: ["llm.example:443"],
  model: "m",
  text,
  findings: findIdentifiers(text),
  decision: "asIs",
};

describe("The audit log", () => {
  let folder: string;
  let log: AuditLog;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-audit-"));
    log = new AuditLog(join(folder, "a/b"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("tells what went where, and never the text", async () => {
    assert.deepEqual(await log.read(), { records: [], damagedLines: [] });
    await log.record(sent);
    const written = await readFile(log.path, "utf8");
    for (const secret of ["Okonkwo", "3/4/21", "saw"]) assert.ok(!written.includes(secret));
    const [record] = (await log.read()).records;
    const { time, ...rest } = record!;
    assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(rest, {
      ...{ v: 1, hosts: ["llm.example:443"], model: "m", characters: text.length, decision: "asIs" },
      // printf 'Dr. Okonkwo saw her on 3/4/21 — é' | sha256sum
      sha256: "e603639b265d2d71559077d7a08f24fdc7e9e78cc481bb22713d08f2a70d6754",
      findings: { name: 1, date: 1 },
    });
  });

  it("only ever adds lines, also when several write", async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        new AuditLog(join(folder, "a/b")).record({ ...sent, model: String(index) }),
      ),
    );
    const { records, damagedLines } = await log.read();
    assert.deepEqual(damagedLines, []);
    assert.deepEqual(new Set(records.map(({ model }) => model)).size, 20);
  });

  it("loses nothing by a torn line, the last one or one before", async () => {
    await log.record(sent);
    await appendFile(log.path, '{"v":1,"time":"20');
    assert.deepEqual((await log.read()).damagedLines, [2]);
    await log.record(sent);
    const { records, damagedLines } = await log.read();
    assert.deepEqual([records.length, damagedLines], [2, [2]]);
  });

  it("fails where it cannot be written, so that nothing is sent unrecorded", async () => {
    await writeFile(join(folder, "a"), "a file");
    await assert.rejects(log.record(sent), (error) => error instanceof FileError && /audit log/.test(error.message));
  });
});
