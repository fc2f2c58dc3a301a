import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performMerge, prepareMerge } from "../../../src/node/merge/mergeModels.ts";
import {
  parseTensors,
  readGoldenCases,
  readPacked,
  unpackModels,
  type GoldenCase,
} from "../../support/mergeFixtures.ts";
import { assertExact, assertWithin, readCheckpoint } from "./compareTensors.ts";
import { readMerges } from "../../support/readMerges.ts";

const cases = await readGoldenCases();

describe("merges give mergekit's results", () => {
  let models: string;
  let folder: string;
  before(async () => {
    models = await unpackModels();
    folder = await mkdtemp(join(tmpdir(), "medley-golden-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [id, golden] of Object.entries(cases)) {
    it(`${id} (${golden.case.comparison.rule})`, async () => {
      const output = join(folder, id);
      await merge(golden, models, output);
      const actual = await readCheckpoint(output);
      const { comparison } = golden.case;
      if (golden.exact !== undefined) assertExact(actual, golden.exact);
      else {
        const base = parseTensors(await readPacked("models/base-model.safetensors.br"));
        const expected = parseTensors(await readPacked(`cases/${id}.br`, base));
        const candidates =
          comparison.rule === "tie-aware" ? await readPacked(`cases/${id}.candidates.br`, expected) : undefined;
        assertWithin(actual, expected, comparison, candidates === undefined ? undefined : parseTensors(candidates));
      }
      await assertConfig(golden, output);
      await assertShards(golden, output);
      await assertVocabulary(golden, output);
    });
  }
});

async function merge({ config, case: { options } }: GoldenCase, models: string, output: string): Promise<void> {
  const [named] = readMerges(config);
  const prepared = await prepareMerge(
    named.merge,
    { folder: models },
    {
      numerics: "classic",
      seed: options.random_seed ?? 0,
      outShardSize: options.out_shard_size ?? 5e9,
      allowMixedArchitectures: false,
    },
  );
  await performMerge(prepared, output, named.text, { memory: 2 ** 30, threads: 1, overwrite: false });
}

async function assertConfig({ expectedConfig, case: golden }: GoldenCase, output: string): Promise<void> {
  const config = JSON.parse(await readFile(join(output, "config.json"), "utf8")) as Record<string, unknown>;
  for (const [key, value] of Object.entries(expectedConfig)) {
    if (golden.config_may_differ?.includes(key) === true) continue;
    const actual = key === "dtype" ? (config.dtype ?? config.torch_dtype) : config[key];
    assert.deepEqual(actual, value, `config.json: ${key}`);
  }
}

async function assertShards({ expectedIndex, case: { options } }: GoldenCase, output: string): Promise<void> {
  const names = await readdir(output);
  assert.ok(!names.includes(".medley-staging"), "the hidden folder is gone");
  if (expectedIndex === undefined) return assert.ok(names.includes("model.safetensors"));
  const index: unknown = JSON.parse(await readFile(join(output, "model.safetensors.index.json"), "utf8"));
  assert.deepEqual(index, expectedIndex);
  for (const shard of new Set(Object.values(expectedIndex.weight_map))) {
    const tensors = parseTensors(new Uint8Array(await readFile(join(output, shard))));
    const { size } = await stat(join(output, shard));
    assert.ok(tensors.size === 1 || size <= options.out_shard_size! + 10_000, shard);
  }
}

async function assertVocabulary({ expectedVocab }: GoldenCase, output: string): Promise<void> {
  if (expectedVocab === undefined) return;
  const tokenizer = JSON.parse(await readFile(join(output, "tokenizer.json"), "utf8")) as {
    model: { vocab: Record<string, number> };
    added_tokens: { id: number; content: string }[];
  };
  const added = tokenizer.added_tokens.map(({ content, id }) => [content, id] as const);
  assert.deepEqual({ ...tokenizer.model.vocab, ...Object.fromEntries(added) }, expectedVocab);
}
