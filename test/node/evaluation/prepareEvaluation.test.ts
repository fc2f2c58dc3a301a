import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EvaluationConfigurationInput } from "../../../src/core/evaluation/configuration.ts";
import { FileError } from "../../../src/core/errors.ts";
import { fromWireError, toWireError } from "../../../src/node/processes/wireErrors.ts";
import { findEvaluation } from "../../../src/node/evaluation/findEvaluation.ts";
import { createRun, writeManifest, readManifest } from "../../../src/node/runs/runFolder.ts";
import { ggufFile, value } from "../../support/ggufWriter.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";
import { prepare, sampleModel } from "./evaluationFixture.ts";

const question = { question: "Which?", options: ["this", "that"], answer: "A" };

describe("preparing an evaluation", () => {
  const folder = useTemporaryFolder();

  it("resolves paths, groups, limits and draws", async () => {
    const prepared = await prepare({ benchmark: "sample", limit: 3, shots: 1, protocol: "biomistral", draws: 2 });
    assert.equal(prepared.units.length, 6 * 3 * 2);
    assert.equal(new Set(prepared.rows.map((row) => JSON.stringify(row))).size, prepared.rows.length);
    assert.deepEqual(
      prepared.groups.map(({ id }) => id),
      ["sample"],
    );
    assert(prepared.run.inputs.some(({ role, name }) => role === "model" && name === "stories260k.f32.gguf"));
    assert(prepared.run.inputs.some(({ role }) => role === "benchmark dev"));
    const zeroShot = await prepare({ benchmark: "sample" });
    assert(!zeroShot.run.inputs.some(({ role }) => role === "benchmark dev" || role === "benchmark train"));
  });

  it("gives the seed to a protocol that takes one", async () => {
    const { protocol } = await prepare({ seed: 7 });
    assert.equal((protocol.parameters as { seed: number }).seed, 7);
    const own = await prepare({ seed: 7, protocol: { id: "lm-eval", parameters: { seed: 8 } } });
    assert.equal((own.protocol.parameters as { seed: number }).seed, 8);
  });

  it("evaluates the items that are named", async () => {
    const { rows } = await prepare({
      benchmark: "sample-medqa-4",
      items: ["medqa-test-7", "medqa-test-2"],
      limit: undefined,
    });
    assert.deepEqual(
      rows.map(({ item }) => item),
      ["medqa-test-2", "medqa-test-7"],
    );
  });

  it("refuses a model without the BOS that a protocol needs, before it is loaded", async () => {
    const tokenizer = (...metadata: [string, Uint8Array][]) =>
      writeFile(
        join(folder(), "bpe.gguf"),
        ggufFile({
          metadata: [
            ["general.architecture", value.string("gpt2")],
            ["tokenizer.ggml.model", value.string("gpt2")],
            ["tokenizer.ggml.tokens", value.strings(["a", "b"])],
            ...metadata,
          ],
          tensors: [{ name: "t", shape: [32], offset: 0 }],
          dataBytes: 128,
        }),
      );
    const prepared = (parameters: Record<string, string | boolean>) =>
      prepare({ models: join(folder(), "bpe.gguf"), protocol: { id: "lm-eval", parameters } });
    await tokenizer(["tokenizer.ggml.add_bos_token", value.bool(1)]);
    const place = { file: join(folder(), "bpe.gguf"), field: "tokenizer.ggml.bos_token_id" };
    await assert.rejects(prepared({}), { code: "model.unusable", place });
    await prepared({ bos: "none" });
    await tokenizer(["tokenizer.ggml.add_bos_token", value.bool(0)], ["tokenizer.ggml.bos_token_id", value.uint32(2)]);
    await prepared({});
    await assert.rejects(prepared({ mutualInformation: true }), /the model has neither/);
    await tokenizer(["tokenizer.ggml.eos_token_id", value.uint32(1)]);
    await prepared({ mutualInformation: true });
  });

  it("names all benchmarks whose data is missing at once, and keeps them where the error crosses to another process", async () => {
    const missing = await prepare({ benchmark: ["medqa-4", "sample", "mmlu-anatomy"] }).catch(
      (error: unknown) => error,
    );
    assert.match((missing as Error).message, /^medqa-4, mmlu-anatomy: their data is not in/);
    for (const error of [missing, fromWireError(toWireError(missing))]) {
      assert(error instanceof FileError);
      assert.deepEqual(error.remedy, { action: "fetchData", benchmarks: ["medqa-4", "mmlu-anatomy"] });
    }
  });

  const refused: [string, Partial<EvaluationConfigurationInput>, RegExp][] = [
    ["an unknown benchmark", { benchmark: "medqa4" }, /no benchmark "medqa4"/],
    ["an unknown protocol", { protocol: "lmeval" }, /no protocol called "lmeval"/],
    ["an unknown protocol setting", { protocol: { id: "lm-eval", parameters: { boss: "none" } } }, /boss/],
    ["a model twice", { models: [sampleModel, sampleModel] }, /named twice/],
    ["an absent model", { models: "absent.gguf" }, /does not exist/],
    ["a list of items for two benchmarks", { items: ["medqa-test-1"] }, /several/],
    ["items of another benchmark", { items: { "medqa-5": ["x"] } }, /none of the benchmarks/],
    ["an unknown item", { benchmark: "sample-medqa-4", items: ["nine"] }, /no item with the id "nine"/],
    ["more shots than there are", { shots: 1000 }, /few-shot examples/],
  ];
  for (const [what, configuration, message] of refused) {
    it(`refuses ${what} before any model is loaded`, async () => {
      await assert.rejects(prepare(configuration), message);
    });
  }

  it("refuses two files with own questions of the same name", async () => {
    for (const name of ["a", "b"]) {
      await mkdir(join(folder(), name));
      await writeFile(join(folder(), name, "own.jsonl"), JSON.stringify(question) + "\n");
    }
    const benchmark = ["a/own.jsonl", "b/own.jsonl"];
    await assert.rejects(prepare({ benchmark }, folder()), /Two benchmarks are called own.jsonl/);
  });

  it("has another identity when anything that changes a number changes, and the same otherwise", async () => {
    const model = join(folder(), "model.gguf");
    await copyFile(sampleModel, model);
    await writeFile(join(folder(), "own.jsonl"), JSON.stringify(question) + "\n");
    const base = { models: "model.gguf", benchmark: ["own.jsonl", "sample-pubmedqa"] };
    const identity = async (change: Partial<EvaluationConfigurationInput> = {}) =>
      (await prepare({ ...base, ...change }, folder())).run.identity;
    const before = await identity();
    assert.deepEqual(await identity({ threads: 2, strict: true, compare: "none", limit: 6 }), before);
    const changes: Partial<EvaluationConfigurationInput>[] = [
      { limit: 5 },
      { seed: 2 },
      { shots: 0 },
      { shuffleOptions: true },
      { overflow: "refuse" },
      { contextSize: 256 },
      { kvCacheType: "F16" },
      { gpu: "none" },
      { protocol: "meditron", shots: 0 },
      { protocol: { id: "lm-eval", parameters: { bos: "none" } } },
      { language: "fr" },
      { benchmark: ["sample-pubmedqa", "own.jsonl"] },
      { items: { "own.jsonl": ["test-0"], "sample-pubmedqa": ["26063028"] }, limit: undefined },
    ];
    const texts = new Set([JSON.stringify(before)]);
    for (const change of changes) {
      const size = texts.size;
      texts.add(JSON.stringify(await identity(change).catch((error: unknown) => error)));
      assert.equal(texts.size, size + 1, JSON.stringify(change));
    }
    await writeFile(join(folder(), "own.jsonl"), JSON.stringify({ ...question, answer: "B" }) + "\n");
    assert.notEqual((await identity())["benchmark own.jsonl"], before["benchmark own.jsonl"]);
    const bytes = await readFile(model);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(model, bytes);
    assert.notEqual((await identity()).model, before.model);
  });
});

describe("finding an earlier evaluation", () => {
  const root = useTemporaryFolder();

  it("prefers an unfinished run of the same identity, and says what changed when there is none", async () => {
    const prepared = await prepare();
    assert.deepEqual(await findEvaluation(root(), prepared), { unreadable: [] });
    const first = await createRun(root(), prepared.run);
    const finished = await createRun(root(), prepared.run);
    await writeManifest(finished, { ...(await readManifest(finished)), state: "finished" });
    assert.deepEqual((await findEvaluation(root(), prepared)).same, { folder: first, state: "created" });
    await writeManifest(first, { ...(await readManifest(first)), state: "finished" });
    assert.deepEqual((await findEvaluation(root(), prepared)).same, { folder: finished, state: "finished" });
    const { same, changed } = await findEvaluation(root(), await prepare({ limit: 4 }));
    assert.equal(same, undefined);
    assert.deepEqual(changed, { folder: finished, changes: "limit (6 → 4)" });
    const other = await findEvaluation(root(), await prepare({ benchmark: "sample-medmcqa" }));
    assert.equal(other.changed, undefined);
  });

  it("reports runs that it cannot read", async () => {
    const prepared = await prepare();
    const folder = await createRun(root(), prepared.run);
    await writeFile(join(folder, "run.json"), "{");
    const { same, unreadable } = await findEvaluation(root(), prepared);
    assert.equal(same, undefined);
    assert.deepEqual(
      unreadable.map((run) => run.folder),
      [folder],
    );
  });
});
