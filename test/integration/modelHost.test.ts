import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ScoreRequest } from "../../src/core/models/languageModel.ts";
import type { EngineRestart } from "../../src/node/backends/backend.ts";
import type { HostedModel } from "../../src/node/backends/llamaCpp/hostedModel.ts";
import { openModel, type OpenModelOptions } from "../../src/node/backends/llamaCpp/openModel.ts";
import { fileSha256 } from "../../src/node/files/fileHash.ts";
import { until } from "../support/until.ts";
import { workerEntry } from "../../src/node/processes/workers.ts";
import { faultyHost, poison } from "../support/faultyHost.ts";
import { value } from "../support/ggufWriter.ts";
import { withMetadata, withoutMetadata } from "../support/ggufPatch.ts";
import { modelFile } from "../support/models.ts";
import { splitModel, writeParts } from "../support/splitModel.ts";

const model = await modelFile("stories260k.f32");

async function withModel<T>(options: OpenModelOptions, use: (model: HostedModel) => Promise<T>): Promise<T> {
  const opened = await openModel(model, { gpu: "none", ...options });
  try {
    return await use(opened);
  } finally {
    await opened.dispose();
  }
}

async function withFault<T>(fault: string, use: () => Promise<T>): Promise<T> {
  process.env.MEDLEY_TEST_FAULT = fault;
  try {
    return await use();
  } finally {
    delete process.env.MEDLEY_TEST_FAULT;
  }
}

const requests: ScoreRequest[] = Array.from({ length: 40 }, (_, index) => ({
  prefix: [1, ...Array.from({ length: 200 }, (_, at) => 20 + ((index * 7 + at * 3) % 400))],
  continuations: [[30, 31 + (index % 5)], [30, 50, 51], [60]],
}));

const logProbabilities = (model: HostedModel, request: ScoreRequest) =>
  model.score(request).then(({ continuations }) => continuations.map((score) => score.tokenLogProbabilities));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("loading a model", () => {
  it("tells where its tokenizer is not that of the original, in its own words and in those of llama.cpp", async () => {
    const folder = await mkdtemp(join(tmpdir(), "medley-tokenizer-"));
    const gpt2 = await readFile(await modelFile("nano-gpt2.f32"));
    const [pre, bos] = ["tokenizer.ggml.pre", "tokenizer.ggml.bos_token_id"];
    const variants: Record<string, Uint8Array> = {
      noPre: withoutMetadata(gpt2, pre),
      bosOutOfRange: withMetadata(withoutMetadata(gpt2, bos), bos, value.uint32(999_999)),
    };
    const found: Record<string, unknown> = {};
    const says: string[] = [];
    for (const [name, bytes] of Object.entries(variants)) {
      const file = join(folder, `${name}.gguf`);
      await writeFile(file, bytes);
      const opened = await openModel(file, { gpu: "none", threads: 1 });
      const { notices, bos } = opened.description;
      found[name] = [bos?.token, ...notices.map(({ kind }) => kind)];
      says.push(...notices.map(({ message }) => message));
      await opened.dispose();
    }
    await rm(folder, { recursive: true });
    assert.deepEqual(found, {
      noPre: [50256, "defaultPreTokenizer", "loadWarnings"],
      bosOutOfRange: [undefined, "bosOutOfRange", "loadWarnings"],
    });
    assert.match(says.join("\n"), /missing pre-tokenizer type, using: 'default'; GENERATION QUALITY/);
    assert.match(says.join("\n"), /bad special token: 'tokenizer\.ggml\.bos_token_id' = 999999/);
  });

  it("takes a model in parts by the first of them, and computes what the whole one gives", async () => {
    const folder = await mkdtemp(join(tmpdir(), "medley-parts-"));
    const paths = await writeParts(join(folder, "stories"), await splitModel(model, 3));
    const whole = await withModel({ threads: 1 }, (opened) => logProbabilities(opened, requests[0]!));
    const opened = await openModel(paths[0]!, { gpu: "none", threads: 1 });
    const inParts = await logProbabilities(opened, requests[0]!);
    const { identity } = opened.description;
    await opened.dispose();
    assert.deepEqual(inParts, whole);
    assert.deepEqual(identity, { kind: "sha256", sha256: await fileSha256(paths) });
    await rm(folder, { recursive: true });
  });

  it("names a tokenizer that llama.cpp aborts on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "medley-tokenizer-"));
    const bytes = Buffer.from(await readFile(model));
    // The token of the line end, which every such tokenizer has.
    bytes.write("<0x0X>", bytes.indexOf("<0x0A>"));
    await writeFile(join(folder, "damaged.gguf"), bytes);
    await assert.rejects(openModel(join(folder, "damaged.gguf"), { gpu: "none", threads: 1 }), (error: Error) =>
      /^llama\.cpp cannot use the tokenizer in the file/.test(error.message),
    );
    await rm(folder, { recursive: true });
  });

  it("is given up when its signal fires", async () => {
    const abort = new AbortController();
    const opening = openModel(model, { gpu: "none", signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await assert.rejects(opening, { code: "cancelled" });
  });
});

describe("a model host that is killed", () => {
  it("loses and changes nothing, however often", async () => {
    const restarts: EngineRestart[] = [];
    await withModel({ onRestart: (restart) => restarts.push(restart), prefixReuse: false }, async (model) => {
      const undisturbed = await Promise.all(requests.map((request) => logProbabilities(model, request)));
      const results: unknown[] = [];
      for (let kill = 0; kill < 10; kill++) {
        const batch = requests.slice(kill * 4, kill * 4 + 4).map((request) => logProbabilities(model, request));
        await delay(kill * 3);
        process.kill((await model.hostPid())!, "SIGKILL");
        results.push(...(await Promise.all(batch)));
        // On a quick machine the work may have been done before the kill.
        await until("the end of the host", () => restarts.length > kill);
      }
      assert.deepEqual(results, undisturbed);
    });
    assert.equal(restarts.length, 10);
    for (const { reason } of restarts) assert.match(reason, /ended by SIGKILL/);
  });

  it("is loaded again only from the same file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "medley-host-"));
    try {
      const file = join(folder, "model.gguf");
      await copyFile(model, file);
      const opened = await openModel(file, { gpu: "none", cacheFolder: join(folder, "cache") });
      const bytes = await readFile(file);
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(file, bytes);
      await utimes(file, 1, 1);
      process.kill((await opened.hostPid())!, "SIGKILL");
      await assert.rejects(opened.score(requests[0]!), { name: "ModelError", message: /was changed while/ });
      await opened.dispose();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("a model host that crashes", () => {
  it("fails the request that crashes it, and no other", async () => {
    await withFault("poison", () =>
      withModel({ entry: faultyHost() }, async (model) => {
        const fatal = { prefix: [poison, 5], continuations: [[6]] };
        const answers = await Promise.allSettled(
          [requests[0]!, fatal, requests[1]!, requests[2]!].map((request) => model.score(request)),
        );
        assert.deepEqual(
          answers.map((answer) => answer.status),
          ["fulfilled", "rejected", "fulfilled", "fulfilled"],
        );
        const { reason } = answers[1] as PromiseRejectedResult;
        assert.equal(reason.name, "ModelHostError");
        assert.match(reason.message, /ended 3 times .*SIGSEGV.*GGML_ASSERT/);
        await model.score(requests[3]!);
      }),
    );
  });

  it("repeats a generation only while nobody saw any of its text", async () => {
    await withFault("poison", () =>
      withModel({ entry: faultyHost() }, async (model) => {
        const request = { prompt: [poison], maxTokens: 20, sampling: { temperature: 0, seed: 1 } };
        await assert.rejects(model.generate(request), { name: "ModelHostError", message: /ended 3 times/ });
      }),
    );
  });

  it("says so when it crashes while loading", async () => {
    await withFault("loading", () =>
      assert.rejects(openModel(model, { gpu: "none", entry: faultyHost() }), {
        name: "ModelError",
        message: /ended 3 times while loading the model: it was ended by SIGSEGV/,
      }),
    );
  });
});

describe("the model host", () => {
  it("is not disturbed by what native code prints", async () => {
    await withFault("noise", () =>
      withModel({ entry: faultyHost() }, async (model) => {
        const results = await Promise.all(requests.slice(0, 10).map((request) => model.score(request)));
        assert.equal(results.length, 10);
      }),
    );
  });

  it("ends when its parent is killed", async () => {
    const module = new URL("../../src/node/backends/llamaCpp/openModel.ts", import.meta.url).href;
    const open = `
      const { openModel } = await import(${JSON.stringify(module)});
      const model = await openModel(${JSON.stringify(model)}, { gpu: "none" });
      console.log(await model.hostPid());
    `;
    const { execArgv } = workerEntry("modelHost");
    const parent = spawn(process.execPath, [...execArgv, "--input-type=module", "--eval", open]);
    const [line] = await once(parent.stdout.setEncoding("utf8"), "data");
    const host = Number(line);
    assert.ok(isAlive(host));
    parent.kill("SIGKILL");
    for (let waited = 0; isAlive(host) && waited < 5000; waited += 50) await delay(50);
    assert.ok(!isAlive(host), "the host outlives its parent");
  });

  it("ends with dispose, after which requests are refused", async () => {
    const opened = await openModel(model, { gpu: "none" });
    const host = (await opened.hostPid())!;
    await opened.dispose();
    assert.ok(!isAlive(host));
    await assert.rejects(opened.score(requests[0]!), { name: "ModelHostError", message: /was closed/ });
  });

  it("stops work on requests that are cancelled", async () => {
    await withModel({}, async (model) => {
      const cancellation = new AbortController();
      const pending = requests.map((request) => model.score(request, cancellation.signal));
      await pending[0];
      cancellation.abort();
      const answers = await Promise.allSettled(pending);
      const cancelled = answers.filter((answer) => answer.status === "rejected");
      assert.ok(cancelled.length > 0);
      for (const { reason } of cancelled) assert.equal((reason as Error).name, "CancelledError");
      await assert.rejects(model.score(requests[0]!, AbortSignal.abort()), { name: "CancelledError" });
      await model.score(requests[0]!);
    });
  });

  it("gives up a model that llama.cpp refuses, with the reason", async () => {
    const folder = await mkdtemp(join(tmpdir(), "medley-host-"));
    try {
      const file = join(folder, "model.gguf");
      const bytes = await readFile(model);
      bytes.set(new TextEncoder().encode("lloma"), bytes.indexOf("llama"));
      await writeFile(file, bytes);
      await assert.rejects(openModel(file, { gpu: "none" }), { name: "ModelError", message: /lloma/ });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("runs from the bundle as it does from source", async () => {
    const entry = { script: fileURLToPath(new URL("../../dist/modelHost.js", import.meta.url)), execArgv: [] };
    const source = await withModel({}, (model) => logProbabilities(model, requests[0]!));
    assert.deepEqual(await withModel({ entry }, (model) => logProbabilities(model, requests[0]!)), source);
  });
});

describe("generation", () => {
  const sampling = { temperature: 0, seed: 1 };
  const prompt = (text: string) => async (model: HostedModel) => {
    const [tokens] = await model.tokenize([text], false);
    return [model.description.bos!.token, ...tokens!];
  };
  const story = prompt("Once upon a time");

  it("streams what it returns", async () => {
    await withModel({}, async (model) => {
      const pieces: string[] = [];
      const request = { prompt: await story(model), maxTokens: 40, sampling };
      const result = await model.generate(request, { onText: (piece) => pieces.push(piece) });
      assert.match(result.text, /^, there was a little girl named Lily/);
      assert.equal(pieces.join(""), result.text);
      assert.ok(pieces.length > 20);
      assert.equal(result.stopReason, "maxTokens");
      assert.equal(result.tokens, 40);
      // The same again takes the prompt from the cache, but for its last token.
      const again = await model.generate(request);
      assert.equal(again.text, result.text);
      assert.ok(again.evaluatedTokens < result.evaluatedTokens);
    });
  });

  it("ends at the first stop text", async () => {
    await withModel({}, async (model) => {
      const result = await model.generate({
        prompt: await story(model),
        maxTokens: 40,
        sampling,
        stop: ["girl", "was"],
      });
      assert.equal(result.text, ", there ");
      assert.equal(result.stopReason, "stopText");
    });
  });

  it("ends at the end of the text", async () => {
    const folder = await mkdtemp(join(tmpdir(), "medley-generate-"));
    try {
      const [fullStop] = (await withModel({}, (model) => model.tokensDecodingTo(["."])))[0]!.slice(-1);
      const bytes = await readFile(model);
      const key = "tokenizer.ggml.eos_token_id";
      bytes.writeUInt32LE(fullStop!, bytes.indexOf(key) + key.length + 4);
      const file = join(folder, "model.gguf");
      await writeFile(file, bytes);
      const opened = await openModel(file, { gpu: "none" });
      const result = await opened.generate({ prompt: await story(opened), maxTokens: 100, sampling });
      await opened.dispose();
      assert.equal(result.stopReason, "endOfText");
      assert.match(result.text, /named Lily$/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("draws the same with the same seed, and the best with top-1", async () => {
    await withModel({}, async (model) => {
      const draw = async (settings: object) => {
        const request = {
          prompt: await story(model),
          maxTokens: 30,
          sampling: { temperature: 1, seed: 1, ...settings },
        };
        return (await model.generate(request)).text;
      };
      assert.equal(await draw({ seed: 7 }), await draw({ seed: 7 }));
      assert.notEqual(await draw({ seed: 7 }), await draw({ seed: 8 }));
      const greedy = await draw({ temperature: 0 });
      assert.equal(await draw({ topK: 1 }), greedy);
      assert.equal(await draw({ topP: 1e-6 }), greedy);
    });
  });

  it("does not repeat itself under a heavy frequency penalty", async () => {
    await withModel({}, async (model) => {
      const request = { prompt: await story(model), maxTokens: 60, sampling: { ...sampling, frequencyPenalty: 100 } };
      const [tokens] = await model.tokenize([(await model.generate(request)).text], false);
      assert.ok(new Set(tokens).size >= tokens!.length - 2, "tokens recur");
    });
  });

  it("can be cancelled in the middle", async () => {
    await withModel({}, async (model) => {
      const cancellation = new AbortController();
      const generation = model.generate(
        { prompt: await story(model), maxTokens: 400, sampling: { ...sampling, temperature: 1 } },
        { onText: () => cancellation.abort(), signal: cancellation.signal },
      );
      await assert.rejects(generation, { name: "CancelledError" });
      assert.equal((await model.generate({ prompt: await story(model), maxTokens: 5, sampling })).tokens, 5);
    });
  });
});

describe("embeddings", () => {
  it("come from embedding models only", async () => {
    await withModel({}, (model) =>
      assert.rejects(model.embed(["a"]), { name: "ModelError", message: /not an embedding model/ }),
    );
  });

  it("are close for equal texts and refuse what is too long", async () => {
    const folder = await mkdtemp(join(tmpdir(), "medley-embed-"));
    try {
      const file = join(folder, "model.gguf");
      const meanPooling = value.uint32(1);
      await writeFile(file, withMetadata(await readFile(model), "llama.pooling_type", meanPooling));
      const opened = await openModel(file, { gpu: "none", contextLength: 64 });
      try {
        const [a, b, c] = await opened.embed(["a little girl", "a little girl", "big red ball"]);
        assert.equal(a!.length, 64);
        assert.deepEqual(a, b);
        assert.notDeepEqual(a, c);
        await assert.rejects(opened.embed(["word ".repeat(100)]), { name: "ModelError", message: /tokens/ });
      } finally {
        await opened.dispose();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
