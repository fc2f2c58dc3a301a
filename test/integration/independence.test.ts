import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { GenerateRequest, ScoreRequest } from "../../src/core/models/languageModel.ts";
import type { HostedModel } from "../../src/node/backends/llamaCpp/hostedModel.ts";
import { openModel } from "../../src/node/backends/llamaCpp/openModel.ts";
import { PythonRandom } from "../../src/core/random/pythonRandom.ts";
import { tinySchemes, writeTinyModel } from "../support/tinyModel.ts";

const vocabulary = { first: 3, count: 500 };
const shared = 90;

type Asked = { readonly score: ScoreRequest } | { readonly generate: GenerateRequest };

/** Requests of every kind that evaluations make, most of which share beginnings of various lengths. */
function requests(): Asked[] {
  const random = new PythonRandom(7);
  const tokens = (count: number) =>
    Array.from({ length: count }, () => vocabulary.first + random.randrange(vocabulary.count));
  const head = [1, ...tokens(shared - 1)];
  const passage = tokens(150);
  const letters = [[300], [301], [302], [303]];
  const after = (beginning: readonly number[], count: number) => [...beginning, ...tokens(count)];
  const long = after(head, 40);
  const scored: ScoreRequest[] = [
    // Fixed shots, then a question; of lengths that leave one token, two, or a whole group over.
    ...[1, 2, 63, 64, 65, 118].map((count) => ({ prefix: after(head, count), continuations: letters })),
    // Questions on one passage.
    ...[5, 17, 64].map((count) => ({ prefix: after([...head, ...passage], count), continuations: letters })),
    // Long options, alike at first.
    { prefix: long, continuations: [[7, 8, 9, 10], [7, 8, 11], [7, 12, 13, 14, 15, 16], [20], tokens(70)] },
    { prefix: long, continuations: [tokens(3), tokens(80)] },
    // A prompt that is the beginning of others, and options after nothing but BOS.
    { prefix: head, continuations: letters },
    { prefix: [1], continuations: [tokens(4), tokens(2)] },
    { prefix: [1], continuations: letters },
  ].map((request) => ({ ...request, sharedTokens: shared }));
  const sampling = { temperature: 0.7, topK: 40, topP: 0.95, seed: 11 };
  const generated = [...head, ...passage];
  return [
    ...scored.map((score) => ({ score })),
    // Two draws of one prompt, and one without a known place.
    { generate: { prompt: generated, maxTokens: 12, sampling, sharedTokens: shared } },
    { generate: { prompt: generated, maxTokens: 12, sampling: { ...sampling, seed: 12 }, sharedTokens: shared } },
    { generate: { prompt: after(head, 30), maxTokens: 12, sampling: { ...sampling, temperature: 0 } } },
  ];
}

async function answer(model: HostedModel, request: Asked): Promise<unknown> {
  if ("generate" in request) {
    const { text, tokens, stopReason } = await model.generate(request.generate);
    return { text, tokens, stopReason };
  }
  const { continuations, next } = await model.score(request.score);
  return { continuations, next };
}

describe("what a model answers", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "medley-independence-"))));
  after(() => rm(folder, { recursive: true }));

  for (const scheme of tinySchemes) {
    it(`is to the last bit the same whatever it was asked before, for ${scheme}`, async () => {
      const file = join(folder, `${scheme}.gguf`);
      await writeTinyModel(file, scheme);
      const all = requests();
      const options = { gpu: "none" as const, threads: 1, cacheFolder: folder };
      const fresh = await openModel(file, { ...options, prefixReuse: false });
      const expected: unknown[] = [];
      for (const request of all) expected.push(await answer(fresh, request));
      await fresh.dispose();

      const model = await openModel(file, options);
      try {
        const order = fc.array(fc.nat(all.length - 1), { minLength: 2, maxLength: 12 });
        await fc.assert(
          fc.asyncProperty(order, async (indices) => {
            const answers = await Promise.all(indices.map((index) => answer(model, all[index]!)));
            for (const [at, index] of indices.entries()) assert.deepEqual(answers[at], expected[index], String(index));
          }),
          { numRuns: 5, seed: 1 },
        );
        process.kill((await model.hostPid())!, "SIGKILL");
        for (const index of [3, 0]) assert.deepEqual(await answer(model, all[index]!), expected[index]);
      } finally {
        await model.dispose();
      }
    });
  }
});
