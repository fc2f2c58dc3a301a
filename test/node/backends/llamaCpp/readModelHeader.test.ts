import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { filesOf } from "../../../../src/core/models/modelParts.ts";
import { fileSha256 } from "../../../../src/node/files/fileHash.ts";
import { listModels } from "../../../../src/node/backends/llamaCpp/listModels.ts";
import { readModelHeader } from "../../../../src/node/backends/llamaCpp/readModelHeader.ts";
import { modelFile } from "../../../support/models.ts";
import { splitModel, writeParts } from "../../../support/splitModel.ts";
import { useTemporaryFolder } from "../../runs/temporaryFolder.ts";

describe("a model in parts", () => {
  const folder = useTemporaryFolder();
  const at = (name: string): string => join(folder(), name);
  let parts: Uint8Array[];

  before(async () => {
    parts = await splitModel(await modelFile("stories260k.f32"), 3);
  });

  const refused = (path: string, message: RegExp, hint: RegExp): Promise<void> =>
    assert.rejects(
      readModelHeader(path),
      (error: { message: string; hint: string }) => message.test(error.message) && hint.test(error.hint),
    );

  it("is read by its first part as the whole model is, and listed as one", async () => {
    const paths = await writeParts(at("big"), parts);
    const whole = await readModelHeader(await modelFile("stories260k.f32"));
    const header = await readModelHeader(paths[0]!);
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    assert.deepEqual(header, { ...whole, fileBytes: bytes, fileCount: 3 });
    assert.deepEqual(filesOf(paths[0]!, header), paths);
    const { models } = await listModels(folder());
    const { chatTemplate, ...short } = header;
    assert.equal(chatTemplate, undefined);
    assert.deepEqual(
      models.map(({ path, files, problem, header }) => ({ path, files, problem, header })),
      [{ path: paths[0], files: paths, problem: undefined, header: short }],
    );
  });

  it("has the hash of all its parts in their order, which changes with each of them", async () => {
    const paths = await writeParts(at("big"), parts);
    const hash = createHash("sha256");
    for (const part of parts) hash.update(part);
    assert.equal(await fileSha256(paths, at("hashes")), hash.digest("hex"));
    const before = await fileSha256(paths, at("hashes"));
    const changed = Buffer.from(parts[2]!);
    changed[changed.length - 1]! ^= 1;
    await writeFile(paths[2]!, changed);
    assert.notEqual(await fileSha256(paths, at("hashes")), before);
  });

  it("is refused by the name of what is missing, or is not the part that it is named", async () => {
    const [first, second, third] = await writeParts(at("big"), parts);
    await refused(second!, /^This is part 2 of the 3/, /big-00001-of-00003\.gguf/);
    await writeFile(third!, parts[1]!);
    await refused(first!, /named as part 3 of 3 and says that it is part 2 of 3/, /again/);
    await rm(third!);
    await refused(first!, /^1 of its 3 parts is missing: big-00003-of-00003\.gguf\.$/, /same folder/);
    await writeFile(at("renamed.gguf"), parts[0]!);
    await refused(at("renamed.gguf"), /is not named so/, /NAME-00001-of-00003\.gguf/);
  });

  it("is told apart from parts that were put together, and from a whole file that claims to be one", async () => {
    await writeFile(at("cat.gguf"), Buffer.concat(parts));
    await refused(at("cat.gguf"), /put together into one, as by cat/, /name the first one/);
    await writeFile(at("cat-00001-of-00003.gguf"), Buffer.concat(parts));
    await refused(at("cat-00001-of-00003.gguf"), /put together into one/, /name the first one/);
    const [whole] = await splitModel(await modelFile("stories260k.f32"), 1);
    const claim = Buffer.from(whole!);
    claim.writeUInt16LE(2, claim.indexOf("split.count") + "split.count".length + 4);
    await writeFile(at("whole.gguf"), claim);
    await refused(at("whole.gguf"), /holds the whole model/, /--remove-metadata split\.count/);
  });
});
