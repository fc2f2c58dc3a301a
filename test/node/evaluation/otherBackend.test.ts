import assert from "node:assert/strict";
import { join } from "node:path";
import { ModelError } from "../../../src/core/errors.ts";
import type { Capability } from "../../../src/core/models/languageModel.ts";
import { parseRunManifest } from "../../../src/core/runs/manifest.ts";
import type { Backend } from "../../../src/node/backends/backend.ts";
import { Backends } from "../../../src/node/backends/backends.ts";
import { evaluateModels } from "../../../src/node/evaluation/evaluateModels.ts";
import { prepareEvaluations, type PreparedEvaluation } from "../../../src/node/evaluation/prepareEvaluation.ts";
import { readRun } from "../../../src/node/reports/readRun.ts";
import { readManifest } from "../../../src/node/runs/runFolder.ts";
import { ToyLanguageModel } from "../../support/toyLanguageModel.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";

/** A backend as a test of how little one takes: models in memory, known by a digest. */
function toyBackend(capabilities: readonly Capability[]): Backend<"ollama"> {
  const identity = { kind: "digest", digest: "toy-1" } as const;
  return {
    title: "Toys",
    scheme: "ollama",
    models: "models in memory",
    find(ref) {
      return Promise.resolve({
        ref,
        place: {},
        overview: { name: ref.name },
        capabilities: new Set(capabilities),
        leadingTokens: { bos: { token: 0 }, addsBos: true },
        versions: { toys: "1.0" },
        computation: { engine: "toys 1.0" },
        identify: () => Promise.resolve(identity),
        open: () => Promise.resolve(new ToyLanguageModel({ identity })),
      });
    },
  };
}

describe("a backend that is one object and one line", () => {
  const folder = useTemporaryFolder();
  const prepare = (models: string, ...capabilities: Capability[]): Promise<PreparedEvaluation[]> =>
    prepareEvaluations(
      { benchmark: "sample-pubmedqa", models, limit: 4 },
      { baseFolder: folder(), dataFolder: join(folder(), "data"), backends: new Backends([toyBackend(capabilities)]) },
    );

  it("is evaluated with to a result, which says what the model's identity is worth", async () => {
    const runsFolder = join(folder(), "runs");
    const evaluate = async (): Promise<string> => {
      const { signal } = new AbortController();
      const evaluations = await prepare("ollama:toy:1b", "tokenizer", "scorer");
      const notes: string[] = [];
      const onChosen = ({ notes: told }: { notes: readonly string[] }) => notes.push(told.join());
      const options = { runsFolder, fresh: false, signal, onChosen, onEvent: () => undefined };
      const [run] = await evaluateModels(evaluations, options);
      return `${run!} ${notes.join()}`.trim();
    };
    const run = await evaluate();
    const { summary } = await readRun(run);
    assert.equal(summary.benchmarks[0]!.draws[0]!.n, 4);
    const manifest = await readManifest(run);
    const model = manifest.inputs.find(({ role }) => role === "model");
    assert.deepEqual(model, { role: "model", name: "ollama:toy:1b", digest: "toy-1" });
    assert.deepEqual(parseRunManifest(JSON.stringify(manifest), "run.json"), manifest);
    assert.equal(manifest.identity["model"], "digest toy-1");
    assert.equal((manifest.configuration.resolved as { models: string }).models, "ollama:toy:1b");
    assert.equal(manifest.versions["toys"], "1.0");
    assert.match(JSON.stringify(summary), /by the server's word/);
    // The same again is found again.
    assert.match(await evaluate(), /Evaluated before/);
  });

  it("is refused before the run where it cannot do what the protocol needs", async () => {
    await assert.rejects(prepare("ollama:toy", "tokenizer", "textGenerator"), {
      name: ModelError.name,
      message: "ollama:toy does not give the log-likelihood of a text, which the protocol lm-eval needs.",
    });
  });

  it("is named where another one is asked for", async () => {
    await assert.rejects(prepare("openai:toy@127.0.0.1:80", "tokenizer", "scorer"), {
      name: ModelError.name,
      message: "Medley cannot run openai:toy@http://127.0.0.1 yet: it runs models in memory (Toys).",
    });
  });
});
