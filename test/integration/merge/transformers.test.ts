import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { transformersPython } from "../../../scripts/install.mjs";
import { llama } from "../../../src/core/checkpoint/architectures/llama.ts";
import { architectures } from "../../../src/core/checkpoint/architectures/registry.ts";
import { mergeMethods } from "../../../src/core/merge/methods/registry.ts";
import { openCheckpoint } from "../../../src/node/checkpoint/checkpoint.ts";
import { mergeFolder } from "../../support/mergeFolder.ts";
import { repository } from "../../support/cli.ts";

/** Weights that a float holds exactly, so that the mean has one rounding and torch finds the same. */
const linear = `merge_method: linear
models:
  - {model: a, parameters: {weight: 0.75}}
  - {model: b, parameters: {weight: 0.25}}
dtype: float32
`;
const stack = `merge_method: passthrough
slices:
  - sources: [{model: a, layer_range: [0, 2]}]
  - sources: [{model: a, layer_range: [1, 3]}]
dtype: float32
`;
/** Models of text and pictures: a stack of the language model, another of what looks at pictures. */
const stackOfModules = (text: string, vision: string, others: readonly string[]) => `merge_method: passthrough
modules:
  ${text}:
    slices:
      - sources: [{model: a, layer_range: [0, 2]}]
      - sources: [{model: a, layer_range: [1, 3]}]
  ${vision}:
    slices:
      - sources: [{model: a, layer_range: [0, 2]}]
      - sources: [{model: a, layer_range: [1, 2]}]
${others.map((name) => `  ${name}: {models: [{model: a}]}\n`).join("")}dtype: float32
`;
const stacks: Readonly<Record<string, string>> = {
  gemma3Vision: stackOfModules("language_model", "vision_tower", ["multi_modal_projector"]),
  qwen2Vision: stackOfModules("model", "visual", []),
};
/** Three experts of dense models of Llama's and Mistral's shape, one of them weakened. */
const mixture = `base_model: a
gate_mode: random
experts:
  - source_model: a
  - source_model: b
  - {source_model: b, residual_scale: 0.5}
dtype: float32
`;
/** Largest difference of outputs, in units of the largest output; rounding of single precision. */
const tolerance = 1e-5;

interface Compared {
  readonly case: string;
  readonly kind: string;
  readonly difference?: number;
  /** What transformers reports of missing, unexpected and mismatched weights. */
  readonly report?: Readonly<Record<string, readonly string[]>>;
  readonly error?: string;
}

describe("a merged model in transformers", function () {
  this.timeout(600_000);
  const python = join(repository, "test/integration/python/checkpoints.py");
  const checkpoints = async (command: string) => {
    await promisify(execFile)(transformersPython, [python, command, folder], { maxBuffer: 1 << 26 });
  };
  let folder: string;
  let cases: readonly { readonly name: string; readonly className: string; readonly isExpert: boolean }[];
  let compared: readonly Compared[];

  before(async () => {
    assert.ok(existsSync(transformersPython), "transformers is not installed; run: npm test -- integration");
    folder = await mkdtemp(join(tmpdir(), "medley-transformers-"));
    await checkpoints("make");
    cases = JSON.parse(await readFile(join(folder, "cases.json"), "utf8")) as typeof cases;
    for (const { name, isExpert } of cases) {
      await mergeFolder(join(folder, name), linear, "linear");
      await mergeFolder(join(folder, name), stacks[name] ?? stack, "stack");
      if (isExpert) await mergeFolder(join(folder, name), mixture, "mixture");
    }
    await checkpoints("compare");
    compared = JSON.parse(await readFile(join(folder, "compared.json"), "utf8")) as typeof compared;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const check = (kind: string, tried = cases) => {
    const results = compared.filter((result) => result.kind === kind);
    assert.deepEqual(
      results.map((result) => result.case),
      tried.map(({ name }) => name),
    );
    const wrong = results.filter(
      ({ difference, report }) => difference === undefined || difference > tolerance || Object.keys(report!).length > 0,
    );
    assert.deepEqual(wrong, []);
  };

  it("is tried for every architecture that has a table", () => {
    const tried = new Set(cases.map(({ className }) => className));
    const untried = architectures.filter(({ classes }) => !classes.every((name) => tried.has(name)));
    assert.deepEqual(
      untried.map(({ name }) => name),
      [],
    );
  });

  it("loads and computes what the mean of the models does", () => check("linear"));

  it("loads and computes what the stacked layers do", () => check("stack"));

  it("loads and computes what a mixture of dense models does", () => {
    const experts = cases.filter(({ isExpert }) => isExpert);
    check("mixture", experts);
    assert.deepEqual([...new Set(experts.map(({ className }) => className))], llama.classes);
  });

  it("can be made of models of text and pictures with every method", async () => {
    const at = join(folder, "gemma3Vision");
    const stored = [...(await openCheckpoint(join(at, "a"))).tensors.keys()].sort();
    for (const { name, base, models } of mergeMethods.values()) {
      // The models of the method's choice: `linear` is the mean from above.
      const others = ["b", "linear"].slice(0, Math.max(1, models.minimum - (base === "member" ? 1 : 0)));
      const members = name === "passthrough" ? ["b"] : base === "required" ? others : ["a", "b"];
      const configuration = `merge_method: ${name}
${base === "required" ? "base_model: a\n" : ""}models: [${members.map((member) => `{model: ${member}}`).join(", ")}]
parameters: {weight: 0.5, t: 0.5, density: 0.5}
`;
      await mergeFolder(at, configuration, `by-${name}`);
      const { tensors } = await openCheckpoint(join(at, `by-${name}`));
      assert.deepEqual([...tensors.keys()].sort(), stored, name);
    }
  });
});
