import { editModelConfig, parseModelConfig } from "../../../checkpoint/modelConfig.ts";
import type { MergePlan } from "../mergePlan.ts";
import type { MergeFacts } from "../../../checkpoint/modelFacts.ts";
import { parseTokenizer } from "../../../tokenizer/tokenizer.ts";

/** What the headers of a merge's result will say, so that another merge of the same file can be planned with it. */
export function resultFacts(plan: MergePlan, donor: MergeFacts, name: string): MergeFacts {
  const config = editModelConfig(JSON.stringify(donor.config.document), plan.configChanges);
  const tokenizer =
    plan.tokenizer === undefined
      ? donor.tokenizer
      : parseTokenizer(plan.tokenizer.tokenizerJson, `${name}/tokenizer.json`);
  return {
    config: parseModelConfig(config, `${name}/config.json`),
    tensors: new Map(plan.tensors.map(({ name: tensor, dtype, shape }) => [tensor, { dtype, shape }])),
    ...(tokenizer === undefined ? {} : { tokenizer }),
  };
}
