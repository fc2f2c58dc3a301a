import assert from "node:assert/strict";
import { hoverMerge } from "../../../../src/core/merge/language/hoverMerge.ts";
import {
  hasMergeConfigurationName,
  isMergeConfiguration,
} from "../../../../src/core/merge/language/isMergeConfiguration.ts";
import type { LanguageContext } from "../../../../src/core/merge/language/languageContext.ts";
import { methodGuides } from "../../../../src/core/merge/language/methodGuide.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";
import { atCursor, fixtureContext } from "../../../support/mergeLanguage.ts";
import { YamlSource } from "../../../../src/core/yaml/yamlSource.ts";

describe("hover in merge configurations", () => {
  let context: LanguageContext;
  before(async () => (context = await fixtureContext()));
  const hover = async (marked: string) => {
    const { text, offset } = atCursor(marked);
    return (await hoverMerge(new YamlSource(text), offset, context))?.markdown.source ?? "";
  };

  it("says what a key means", async () => {
    assert.match(await hover("merge_method: ties\nbase_m|odel: models/base\n"), /deltas are taken against/);
  });

  it("gives formula, parameters and paper of a method", async () => {
    const text = await hover("merge_method: ti|es\n");
    for (const part of ["`base_model` is required", "density", "default 1", "arxiv.org/abs/2306.01708", "y = base"]) {
      assert.ok(text.includes(part), part);
    }
  });

  it("gives the value in every layer, after gradients and precedence", async () => {
    const slices = (t: string) =>
      "merge_method: slerp\nbase_model: models/ft_a\nslices:\n  - sources:\n      - {model: models/ft_a, layer_range: [0, 4]}\n" +
      `      - {model: models/ft_b, layer_range: [0, 4]}\nparameters:\n  ${t}\n`;
    assert.match(await hover(slices("|t: [0, 1]")), /layers 0…3: \*\*0 → 0\.67 → 1\*\*/);
    assert.match(await hover(slices("|t: [0, 1]")), /embeddings, final norm and head: \*\*0\*\*/);
    const conditions = slices("|t:\n    - {filter: mlp, value: 0.2}\n    - value: 0.7");
    assert.match(await hover(conditions), /mlp: \*\*0\.20\*\*/);
    const linear =
      "merge_method: linear\nmodels:\n  - model: models/ft_a\n    parameters:\n      weight: 0.3\n  - model: models/ft_b\n" +
      "parameters:\n  weig|ht: 0.9\n";
    assert.match(await hover(linear), /ft\\_a, layers 0…3: \*\*0\.30\*\*\n- models\/ft\\_b, layers 0…3: \*\*0\.90\*\*/);
  });

  it("gives the formula and the paper with a parameter, and what speaks for a type", async () => {
    const text = await hover("merge_method: ties\nbase_model: models/base\nparameters:\n  den|sity: 0.5\n");
    for (const part of ["from 0 to 1", "default 1", "y = base", "arxiv.org/abs/2306.01708"])
      assert.ok(text.includes(part), part);
    assert.match(await hover("merge_method: ties\ndtype: bfl|oat16\n"), /range of float32/);
  });

  it("describes a model by its headers, and one that is not there", async () => {
    const text = await hover("merge_method: linear\nmodels:\n  - model: models/base+models/lo|ra_a\n");
    for (const part of ["LlamaForCausalLM", "layers: 4", "hidden size: 64", "320 rows", "bfloat16", "adapter: rank"]) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
    assert.match(
      await hover("merge_method: linear\nmodels:\n  - model: models/no|pe\n"),
      /does not exist on this machine/,
    );
  });

  it("counts the layers of a range and the tensors of a filter", async () => {
    const range =
      "merge_method: passthrough\nslices:\n  - sources:\n      - model: models/ft_a\n        layer_range: [1, |3]\n";
    assert.match(await hover(range), /^Layers 1 to 2: 2 layers\./);
    const filter = "merge_method: slerp\nbase_model: models/ft_a\nparameters:\n  t:\n    - filter: self|_attn\n";
    assert.match(await hover(filter), /^16 of \d+ tensors match/);
  });

  it("has a guide for every method", () => {
    assert.deepEqual(Object.keys(methodGuides).toSorted(), [...mergeMethods.keys()].toSorted());
  });
});

describe("isMergeConfiguration", () => {
  it("knows a merge by its method in any document, half written or not", () => {
    const texts = [
      "merge_method: ties\n",
      "# c\r\nmerge_method:\r\n",
      "a: 1\n---\nname: x\nmerge_method: [",
      '{"merge_method": "slerp"}',
    ];
    for (const text of texts) assert.equal(isMergeConfiguration(text), true, text);
    assert.equal(isMergeConfiguration("base_model: a\nexperts:\n  - source_model: b\n"), true);
  });

  it("leaves other YAML alone", () => {
    const texts = [
      "services:\n  web: {}\n",
      "steps:\n  merge_method: squash\n",
      "# merge_method: ties\n",
      "experts:\n  - Ann\n",
      "",
    ];
    for (const text of texts) assert.equal(isMergeConfiguration(text), false, text);
  });

  it("knows the names that say so", () => {
    for (const name of ["/a/x.merge.yml", "C:\\a\\mergekit_config.yaml", "mergekit.yml"]) {
      assert.equal(hasMergeConfigurationName(name), true, name);
    }
    assert.equal(hasMergeConfigurationName("/mergekit/compose.yml"), false);
  });
});
