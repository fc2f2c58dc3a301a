import assert from "node:assert/strict";
import { ByModel } from "../../../../src/core/checkpoint/byModel.ts";
import { conversionAt } from "../../../../src/core/merge/language/convertDefinition.ts";
import { applyEdits } from "../../../../src/core/yaml/textEdits.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";
import type { FactsLookup, MergeFacts } from "../../../../src/core/checkpoint/modelFacts.ts";
import { planMerge } from "../../../../src/core/merge/plan/plan.ts";
import { fixtureFacts } from "../../../support/mergeFacts.ts";
import { readGoldenCases } from "../../../support/mergeFixtures.ts";
import { YamlSource } from "../../../../src/core/yaml/yamlSource.ts";
import { readMerges } from "../../../support/readMerges.ts";

const golden = Object.entries(await readGoldenCases()).filter(([, { config }]) => !/^experts:|^---/m.test(config));

describe("conversion between models and slices", () => {
  let facts: FactsLookup;
  before(async () => (facts = await fixtureFacts()));

  const convert = (text: string) => {
    const found = conversionAt(new YamlSource(text), text.search(/^(?:models|slices):/m), facts);
    return found && { to: found.to, text: applyEdits(text, found.edits) };
  };

  /** What is computed, tensor by tensor. */
  const planned = (text: string) => {
    const { merge } = readMerges(text)[0];
    const known = new ByModel(
      merge.models.map((reference) => {
        const result = facts(reference);
        assert.ok(result.state === "known");
        return [reference, result.facts as MergeFacts];
      }),
    );
    const options = { numerics: "classic", seed: 1, outShardSize: 1e6, allowMixedArchitectures: false } as const;
    const plan = planMerge(merge, mergeMethods.get(merge.method)!, known, options);
    return { ...plan, merge: undefined, configChanges: undefined };
  };

  it("leaves the plan of every golden merge as it is, there and back", () => {
    const directions = { models: 0, slices: 0 };
    for (const [id, { config }] of golden) {
      const there = convert(config);
      if (there === undefined) continue;
      directions[there.to]++;
      assert.deepEqual(planned(there.text), planned(config), id);
      const back = convert(there.text);
      assert.ok(back !== undefined && back.to !== there.to, `${id}\n${there.text}`);
      assert.deepEqual(planned(back.text), planned(config), id);
    }
    assert.ok(directions.slices > 60 && directions.models > 0, JSON.stringify(directions));
  });

  it("keeps comments, blank lines and the style of each entry", () => {
    const text =
      "merge_method: ties # m\nbase_model: models/base\nmodels: # two\n  # the first\n  - model: models/ft_a # a\n    parameters:\n" +
      "      weight: 0.5\n\n  - {model: models/ft_b, parameters: {weight: 0.5}}\nparameters:\n  density: 0.5\n";
    const { text: there } = convert(text)!;
    assert.equal(
      there,
      "merge_method: ties # m\nbase_model: models/base\nslices: # two\n  - sources:\n      # the first\n      - model: models/ft_a # a\n" +
        "        layer_range: [0, 4]\n        parameters:\n          weight: 0.5\n\n" +
        "      - {model: models/ft_b, layer_range: [0, 4], parameters: {weight: 0.5}}\n      - model: models/base\n        layer_range: [0, 4]\n" +
        "parameters:\n  density: 0.5\n",
    );
    const { text: back } = convert(there)!;
    assert.equal(back, text.replace("parameters:\n  density", "  - model: models/base\nparameters:\n  density"));
    const windows = text.replaceAll("\n", "\r\n");
    assert.equal(convert(windows)!.text, there.replaceAll("\n", "\r\n"));
  });

  it("keeps lists that are not indented below their key, and a comment beside a layer range", () => {
    const text =
      "slices:\n- sources: # whole\n  - layer_range: [0, 4]\n    model: models/ft_a\n    parameters: {scale: 2}\nmerge_method: passthrough\n";
    assert.equal(
      convert(text)!.text,
      "models:\n# whole\n- model: models/ft_a\n  parameters: {scale: 2}\nmerge_method: passthrough\n",
    );
    const ranged =
      "slices:\n  - sources:\n      - model: models/ft_a\n        layer_range: [0, 4] # all\nmerge_method: passthrough\n";
    assert.equal(convert(ranged)!.text, "models:\n  - model: models/ft_a\n    # all\nmerge_method: passthrough\n");
  });

  it("is not offered where the merge would become another one, or layers are not known", () => {
    const slice = (rest: string) =>
      `merge_method: passthrough\nslices:\n  - sources:\n      - model: models/ft_a\n${rest}`;
    for (const text of [
      slice("        layer_range: [0, 3]\n"),
      slice("        layer_range: [0, 4]\n  - sources:\n      - model: models/ft_a\n        layer_range: [0, 4]\n"),
      slice("        layer_range: [0, 4]\n    parameters:\n      scale: 2\n"),
      "merge_method: linear\nmodels:\n  - model: models/ft_a\n  - model: models/deep\n",
      "merge_method: linear\nmodels:\n  - model: org/elsewhere\n",
      "merge_method: linear\nmodels: [{model: models/ft_a}]\n",
    ]) {
      assert.equal(convert(text), undefined, text);
    }
  });
});
