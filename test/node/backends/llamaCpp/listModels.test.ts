import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { modelListingSchema, type ModelListing } from "../../../../src/core/models/modelListing.ts";
import { modelHeaderSchema } from "../../../../src/core/models/modelHeader.ts";
import { listModels } from "../../../../src/node/backends/llamaCpp/listModels.ts";
import { backends } from "../../../../src/node/backends/registry.ts";
import { ggufFile, value, type TestTensor } from "../../../support/ggufWriter.ts";
import { modelFile } from "../../../support/models.ts";
import { useTemporaryFolder } from "../../runs/temporaryFolder.ts";

const tensor = (name: string): TestTensor => ({ name, shape: [32], offset: 0 });

/** One part of a model in several files. */
function part(number: number, count: number): Uint8Array {
  const first: [string, Uint8Array][] = [
    ["general.architecture", value.string("llama")],
    ["llama.block_count", value.uint32(2)],
    ["llama.attention.head_count_kv", value.uint32s([4, 2])],
  ];
  return ggufFile({
    metadata: [
      ...(number === 1 ? first : []),
      ["split.no", value.uint32(number - 1)],
      ["split.count", value.uint32(count)],
    ],
    tensors: [tensor(`blk.${number}.weight`)],
    dataBytes: 128,
  });
}

describe("listModels", () => {
  const folder = useTemporaryFolder();
  const at = (name: string): string => join(folder(), name);
  const list = async (known?: ModelListing[]): Promise<ModelListing[]> =>
    (await listModels(folder(), new Map(known?.map((model) => [model.path, model])))).models;

  it("lists a model with what its header says", async () => {
    await copyFile(await modelFile("stories260k.f32"), at("stories.gguf"));
    const [model] = await list();
    assert.equal(model?.path, at("stories.gguf"));
    assert.equal(model.problem, undefined);
    const header = modelHeaderSchema.parse(model.header);
    assert.equal(header.attention.headCount, 8);
    assert.equal(header.attention.headCountKv, 4);
    assert.equal(header.tokenizer.vocabularySize, 512);
    assert.equal(model.bytes, header.fileBytes);
    assert.ok(header.tensorBytes < model.bytes);
    const { name, architecture, bytes, hasChatTemplate } = model.overview!;
    assert.deepEqual([name, architecture], [header.name ?? "stories.gguf", "llama"]);
    assert.deepEqual([bytes, hasChatTemplate], [model.bytes, false]);
    assert.deepEqual(modelListingSchema.parse(JSON.parse(JSON.stringify(model))), JSON.parse(JSON.stringify(model)));
  });

  it("lists what cannot be used with the reason", async () => {
    await writeFile(at("empty.gguf"), "");
    await writeFile(at("other.gguf"), "<!DOCTYPE html>");
    await symlink(at("nowhere"), at("dangling.gguf"));
    await writeFile(
      at("adapter.gguf"),
      ggufFile({
        metadata: [
          ["general.architecture", value.string("llama")],
          ["general.type", value.string("adapter")],
        ],
        tensors: [tensor("a")],
        dataBytes: 128,
      }),
    );
    const problems = Object.fromEntries((await list()).map(({ path, problem }) => [path, problem?.message]));
    assert.match(problems[at("empty.gguf")]!, /incomplete: it ends after 0 bytes/);
    assert.match(problems[at("other.gguf")]!, /does not begin with the letters GGUF/);
    assert.match(problems[at("dangling.gguf")]!, /does not exist/);
    assert.match(problems[at("adapter.gguf")]!, /holds "adapter", not a whole model/);
  });

  it("lists a model in parts as one, with all its tensors", async () => {
    for (const number of [1, 2, 3]) await writeFile(at(`big-0000${number}-of-00003.gguf`), part(number, 3));
    const [model, ...others] = await list();
    assert.deepEqual(others, []);
    assert.equal(model?.files.length, 3);
    assert.equal(model.problem, undefined);
    assert.equal(backends.fileModelName(model.path), "big");
    const header = modelHeaderSchema.parse(model.header);
    assert.equal(header.parameterCount, 96);
    assert.equal(header.tensorBytes, 384);
    assert.equal(header.fileBytes, model.bytes);
    assert.deepEqual(header.attention.headCountKv, [4, 2]);
  });

  it("says which parts of a model are missing", async () => {
    await writeFile(at("big-00002-of-00006.gguf"), part(2, 6));
    await writeFile(at("empty-00001-of-00002.gguf"), "");
    const [model, empty] = await list();
    assert.match(empty!.problem!.message, /^1 of its 2 parts is missing: empty-00002-of-00002\.gguf\.$/);
    assert.equal(model?.path, at("big-00001-of-00006.gguf"));
    assert.match(model.problem!.message, /^5 of its 6 parts are missing: big-00001-.*, big-00003-.*, .*, 2 more\.$/);
  });

  it("reads a file again only when it changed", async () => {
    await copyFile(await modelFile("stories260k.f32"), at("a.gguf"));
    await writeFile(at("b.gguf"), "GGUF");
    const first = await list();
    const again = await list(first);
    assert.ok(again.every((model, index) => model === first[index]));
    await truncate(at("a.gguf"), 1000);
    await utimes(at("b.gguf"), 1, 1);
    const [a, b] = await list(first);
    assert.match(a!.problem!.message, /too small/);
    assert.notEqual(b!.identity, first[1]!.identity);
  });

  it("tells of a folder that is not there", async () => {
    await assert.rejects(listModels(at("absent")), { code: "file.unusable" });
    assert.deepEqual(await backends.listOrProblem(at("absent")), {
      folder: at("absent"),
      models: [],
      problems: ["The folder does not exist."],
    });
  });

  it("gives a reason for a file cut off anywhere, and never fails", async () => {
    const whole = await readFile(await modelFile("stories260k.f32"));
    await mkdir(at("cut"));
    const cut = fc.integer({ min: 0, max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(cut, fc.boolean(), async (length, inHeader) => {
        await writeFile(at("cut/x.gguf"), whole.subarray(0, inHeader ? length % 20_000 : length));
        const [model] = (await listModels(at("cut"))).models;
        assert.equal(model?.header, undefined);
        assert.match(model!.problem!.message, /incomplete|does not begin|too small/);
      }),
      { numRuns: 150 },
    );
  });

  it("gives a header or a reason for a file with any bytes changed", async () => {
    const whole = await readFile(await modelFile("stories260k.f32"));
    await mkdir(at("changed"));
    const changes = fc.array(fc.tuple(fc.nat(20_000), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, async (edits) => {
        const bytes = Uint8Array.from(whole);
        for (const [index, byte] of edits) bytes[index] = byte;
        await writeFile(at("changed/x.gguf"), bytes);
        const [model] = (await listModels(at("changed"))).models;
        assert.ok(modelListingSchema.parse(model).problem !== undefined || model?.header !== undefined);
      }),
      { numRuns: 150 },
    );
  });
});
