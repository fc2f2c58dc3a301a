import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveProtocol } from "../../../src/node/evaluation/resolveProtocol.ts";

describe("the protocol of a configuration", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "medley-"))));
  after(() => rm(folder, { recursive: true }));

  async function fileWith(text: string): Promise<string> {
    const path = join(folder, "mine.protocol.yaml");
    await writeFile(path, text);
    return path;
  }

  it("is a built-in one, with the configuration's seed where it takes one", async () => {
    const { protocol, parameters, file } = await resolveProtocol({ protocol: "medilora", seed: 7 });
    assert.equal(protocol.id, "medilora");
    assert.equal((parameters as { seed: number }).seed, 7);
    assert.equal(file, undefined);
  });

  it("is what a file declares, whose content is part of what the run depends on", async () => {
    const text = 'name: mine\nquestion: "{question}{options}"\n';
    const path = await fileWith(text);
    const resolved = await resolveProtocol({ protocol: path, seed: 7 });
    assert.equal(resolved.protocol.id, "mine");
    assert.deepEqual(resolved.setting, { id: path, parameters: {} });
    const sha256 = createHash("sha256").update(text).digest("hex");
    assert.deepEqual(resolved.file, { path, bytes: text.length, sha256 });
  });

  it("is refused with the place in the file", async () => {
    const path = await fileWith('name: mine\nquestion: "{question}{option}"\n');
    await assert.rejects(resolveProtocol({ protocol: path, seed: 7 }), {
      code: "configuration.invalid",
      place: { file: path, line: 2, column: 22, field: "question" },
      hint: "Did you mean {options}?",
    });
    const protocol = { id: await fileWith('name: mine\nquestion: "{question}{options}"\n'), parameters: { x: 1 } };
    await assert.rejects(resolveProtocol({ protocol, seed: 7 }), { code: "configuration.invalid" });
    await assert.rejects(resolveProtocol({ protocol: join(folder, "absent.yaml"), seed: 7 }), {
      code: "file.unusable",
    });
  });
});
