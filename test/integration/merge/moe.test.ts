import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "../../../src/core/errors.ts";
import { performMerge } from "../../../src/node/merge/mergeModels.ts";
import { prepareMoe } from "../../../src/node/merge/prepareMoe.ts";
import { unpackModels, type Tensors } from "../../support/mergeFixtures.ts";
import { readCheckpoint, valuesOf } from "./compareTensors.ts";
import { readMixture } from "../../support/readMerges.ts";

const header = "base_model: models/base\n";
const experts = (first = "", second = "") =>
  `experts:\n  - source_model: models/ft_a\n    positive_prompts: [the while]\n${first}` +
  `  - source_model: models/alt\n    positive_prompts: [quick brown]\n    negative_prompts: [the]\n${second}`;

describe("mixtures of dense experts", () => {
  let models: string;
  let folder: string;
  before(async () => {
    models = await unpackModels();
    folder = await mkdtemp(join(tmpdir(), "medley-moe-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function make(name: string, text: string, seed = 5): Promise<Tensors> {
    const prepared = await prepareMoe(
      readMixture(text),
      { folder: models },
      {
        numerics: "classic",
        seed,
        outShardSize: 5e9,
        allowMixedArchitectures: false,
      },
    );
    await performMerge(prepared, join(folder, name), text, { memory: 2 ** 30, threads: 2, overwrite: false });
    return await readCheckpoint(join(folder, name));
  }

  it("have the base's attention, the experts' MLPs and a router from the prompts", async () => {
    const result = await make("embed", `${header}gate_mode: cheap_embed\n${experts("    residual_scale: 0.5\n")}`);
    const [base, one, two] = await Promise.all(
      ["base", "ft_a", "alt"].map((name) => readCheckpoint(join(models, "models", name))),
    );
    const layer = "model.layers.1.";
    const same = (name: string, model: Tensors | undefined, stored: string) =>
      assert.deepEqual(valuesOf(result.get(layer + name)!), valuesOf(model!.get(layer + stored)!), name);
    same("self_attn.q_proj.weight", base, "self_attn.q_proj.weight");
    same("input_layernorm.weight", base, "input_layernorm.weight");
    same("block_sparse_moe.experts.0.w1.weight", one, "mlp.gate_proj.weight");
    same("block_sparse_moe.experts.1.w3.weight", two, "mlp.up_proj.weight");
    same("block_sparse_moe.experts.1.w2.weight", two, "mlp.down_proj.weight");
    const halved = valuesOf(one!.get(`${layer}mlp.down_proj.weight`)!).map((value) => value / 2);
    assert.deepEqual(valuesOf(result.get(`${layer}block_sparse_moe.experts.0.w2.weight`)!), halved);

    const gate = result.get(`${layer}block_sparse_moe.gate.weight`)!;
    assert.deepEqual(gate.shape, [2, 64]);
    const values = valuesOf(gate);
    for (const row of [values.subarray(0, 64), values.subarray(64)]) assert.ok(Math.abs(Math.hypot(...row) - 1) < 0.01);
    assert.deepEqual(values, valuesOf(result.get("model.layers.3.block_sparse_moe.gate.weight")!));

    const config = JSON.parse(await readFile(join(folder, "embed/config.json"), "utf8")) as Record<string, unknown>;
    assert.deepEqual(
      [
        config.architectures,
        config.model_type,
        config.num_local_experts,
        config.num_experts_per_tok,
        config.hidden_size,
      ],
      [["MixtralForCausalLM"], "mixtral", 2, 2, 64],
    );
    assert.ok(await readFile(join(folder, "embed/mergekit_moe_config.yml"), "utf8"));
  });

  it("are the same for the same seed, and only then", async () => {
    const text = `${header}gate_mode: random\nexperts_per_token: 1\n${experts("    noise_scale: 0.1\n")}`;
    const [one, again, other] = [await make("r1", text), await make("r2", text), await make("r3", text, 6)];
    const names = [
      "model.layers.0.block_sparse_moe.gate.weight",
      "model.layers.2.block_sparse_moe.experts.0.w3.weight",
    ];
    for (const name of names) {
      assert.deepEqual(one.get(name), again.get(name));
      assert.notDeepEqual(one.get(name), other.get(name));
    }
    const uniform = valuesOf((await make("u", text.replace("random", "uniform_random"))).get(names[0]!)!);
    assert.ok(uniform.every((value) => Math.abs(value) <= 1 / 8) && uniform.some((value) => Math.abs(value) > 0.1));
    const plain = await readCheckpoint(join(models, "models/ft_a"));
    const dense = valuesOf(plain.get("model.layers.2.mlp.up_proj.weight")!);
    const noise = valuesOf(one.get(names[1]!)!).map((value, i) => value - dense[i]!);
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
    assert.ok(Math.abs(deviation - 0.1) < 0.01, `standard deviation ${deviation}`);
  });

  it("are refused when they could not work", async () => {
    const refused = (text: string, message: RegExp) =>
      assert.rejects(
        () => make("refused", text),
        (error) => error instanceof ConfigurationError && message.test(error.message),
      );
    await refused(`${header}${experts()}`, /needs the hidden states/);
    await refused(`${header}gate_mode: random\nexperts_per_token: 3\n${experts()}`, /at least as many experts/);
    await refused(
      `${header}gate_mode: cheap_embed\nexperts:\n  - source_model: a\n  - source_model: b\n`,
      /Expert 0 has no positive prompts/,
    );
    await refused(
      `${header}gate_mode: rando\n${experts()}`,
      /Expected one of hidden, .*, random, .*found the text "rando"/,
    );
    await refused(`${header}gate_mode: random\nexpert: 3\n${experts()}`, /expert/);
    await refused(`${header}gate_mode: random\nshared_experts: [{}]\n${experts()}`, /Shared experts/);
  });
});
