/**
 * Compares log-likelihoods with those of lm-evaluation-harness for all golden items of the test fixtures.
 * Usage: tsx bench/scoringParity.ts [PART_OF_NAME] [F32|F16]
 */
import { openModel } from "../src/node/backends/llamaCpp/openModel.ts";
import { kvCacheTypeSchema } from "../src/core/models/loadSettings.ts";
import { goldenModels, lmEvalGolden } from "../test/support/goldenEvaluation.ts";
import { compareWithGolden } from "../test/support/goldenScoring.ts";
import { modelFile } from "../test/support/models.ts";

const [part = "", kvCacheType = "F32"] = process.argv.slice(2);

for (const name of goldenModels) {
  for (const [task, golden] of lmEvalGolden(name)) {
    if (!`${name}/${task}`.includes(part)) continue;
    const model = await openModel(await modelFile(`${name}.f32`), {
      gpu: "none",
      contextLength: golden.max_length,
      kvCacheType: kvCacheTypeSchema.parse(kvCacheType),
    });
    const found = await compareWithGolden(model, golden);
    await model.dispose();
    console.log(
      `${name}/${task}: ${found.items} items, ${found.choices} choices,`,
      `largest difference ${found.largest.toExponential(1)} (${found.largestPerToken.toExponential(1)} a token),`,
      `${found.predictionsDiffering.length} predictions and ${found.greedyDiffering.length} greedy flags differ`,
    );
  }
}
