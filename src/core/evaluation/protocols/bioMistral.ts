import { z } from "zod";
import type { Item } from "../../benchmarks/item.ts";
import { judgeNextToken } from "../judging.ts";
import { optionLetters } from "../optionLetters.ts";
import { scoringNeeds, type Protocol } from "../protocol.ts";
import { letterLimit } from "../protocolLimits.ts";
import type { ShotSource } from "../shotSource.ts";

const parametersSchema = z.strictObject({
  seeds: z
    .array(z.int().nonnegative())
    .min(1)
    .default([1, 2, 3])
    .describe(
      "One few-shot draw for each seed. The draws of the paper are stored in its data set and their seed is not " +
        "published; name the examples by id to use them.",
    ),
  bos: z.enum(["tokenizer", "none"]).default("tokenizer").describe("Whether BOS goes in front of the prompt"),
});

export type BioMistralParameters = z.infer<typeof parametersSchema>;

const instruction = "The following are multiple choice questions (with answers) about medical knowledge. \n ";

/** `{context} \n **Question:** … \n (A) … \n **Answer:**(`; the answer's letter follows without closing parenthesis. */
function element(item: Item): string {
  const letters = optionLetters(item.options.length);
  const lines = [
    ...(item.context.length > 0 ? [item.context.join(" ")] : []),
    `**Question:** ${item.question}`,
    ...item.options.map((option, index) => `(${letters[index]}) ${option.text}`),
    "**Answer:**(",
  ];
  return lines.join(" \n ");
}

export const bioMistral: Protocol<BioMistralParameters> = {
  id: "biomistral",
  version: 2,
  title: "BioMistral",
  source: "Labrak et al. 2024, arXiv:2402.10373; prompt and scoring of github.com/BioMistral/BioMistral at 4d1fa85e",
  parameters: parametersSchema,
  needs: scoringNeeds.nextToken,
  overflow: "refuse",
  groupAggregation: "unweighted",

  primaryMetric: () => "accuracy",

  showsOptions: () => true,

  limits: () => ({ options: letterLimit, answers: "one", blankOptions: true }),

  canBeRight: () => true,

  shotSources(_benchmark, count = 3, parameters): ShotSource[] {
    if (count === 0) return [{ kind: "none" }];
    return parameters.seeds.map((seed) => ({ kind: "shared", count, seed }));
  },

  prompt(item, shots, parameters) {
    const letters = optionLetters(item.options.length);
    const examples = shots.map((shot) => element(shot) + optionLetters(shot.options.length)[shot.answers[0]!]!);
    return {
      request: {
        scoring: "nextToken",
        context: instruction + [...examples, element(item)].join(" \n "),
        labels: letters,
        delimiter: "",
      },
      labels: letters,
      bos: parameters.bos,
      parseSpecial: true,
    };
  },

  judge: (item, answer) => judgeNextToken(item, answer, optionLetters(item.options.length)),
};
