import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planMerges } from "../../../src/node/merge/planMerges.ts";
import { layerTable } from "../../../src/core/merge/plan/planLayers.ts";
import { renderTable } from "../../../src/core/reports/table.ts";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";

const shape = { layers: 4, hidden: 8, intermediate: 16, vocabulary: 32 };

const options = { numerics: "classic", seed: 0, outShardSize: 5e9, allowMixedArchitectures: false } as const;

describe("The table of a plan's layers", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-plan-"));
    await writeRandomCheckpoint(join(folder, "a"), shape, 1);
    await writeRandomCheckpoint(join(folder, "b"), shape, 2);
  });
  after(() => rm(folder, { recursive: true }));

  const report = async (text: string) => {
    const file = join(folder, "merge.yml");
    const { plans } = await planMerges({ ...options, text, file, folder });
    return renderTable(layerTable(plans[0]!), "markdown");
  };

  it("shows which layers a stack is made of", async () => {
    const markdown = await report(`merge_method: passthrough
slices:
  - sources: [{ model: a, layer_range: [0, 3] }]
  - sources: [{ model: b, layer_range: [1, 4] }]
dtype: bfloat16
`);
    assert.match(markdown, /\| layers 0 to 2 \| a layers 0 to 2/);
    assert.match(markdown, /\| layers 3 to 5 \| b layers 1 to 3/);
  });

  it("shows the values of parameters after gradients and filters, layer by layer", async () => {
    const markdown = await report(`merge_method: slerp
base_model: a
slices:
  - sources:
      - { model: a, layer_range: [0, 4] }
      - { model: b, layer_range: [0, 4] }
parameters:
  t:
    - filter: mlp
      value: [0, 0.3]
    - value: 0.5
dtype: bfloat16
`);
    assert.match(markdown, /\| layer 0 \| a layer 0; b layer 0 \| t 0 to 0\.5 \|/);
    assert.match(markdown, /\| layer 3 \| a layer 3; b layer 3 \| t 0\.3 to 0\.5 \|/);
    assert.match(markdown, /\| lm\\_head\.weight \| a; b \| t 0\.5 \|/);
  });

  it("shows one row for layers that are made alike, and the weight of each model", async () => {
    const markdown = await report(`merge_method: linear
models:
  - { model: a, parameters: { weight: 0.25 } }
  - { model: b, parameters: { weight: 0.75 } }
dtype: bfloat16
`);
    assert.match(markdown, /\| layers 0 to 3 \| a layers 0 to 3 \(weight 0\.25\); b layers 0 to 3 \(weight 0\.75\) \|/);
  });

  it("leaves merges that use others of the file for later", async () => {
    const text = `name: first
merge_method: linear
models: [{ model: a, parameters: { weight: 1 } }, { model: b, parameters: { weight: 1 } }]
dtype: bfloat16
---
merge_method: linear
models: [{ model: first, parameters: { weight: 1 } }, { model: b, parameters: { weight: 1 } }]
dtype: bfloat16
`;
    const { plans, waiting } = await planMerges({ ...options, text, file: "merge.yml", folder });
    assert.deepEqual([plans.length, waiting], [1, [{ title: "linear", uses: ["first"] }]]);
  });
});
