import type { MergeMethod } from "./method.ts";
import { numberOf } from "./parameters.ts";
import { addChanges, epsilonParameter, ram } from "./ram.ts";

/** As `ram`, with what a model changes alone amplified by the share of its changes that others make too. */
export const ramplusTl: MergeMethod = {
  ...ram,
  name: "ramplus_tl",
  summary: "As ram, amplifying the changes that a model makes alone if many of its others are shared.",
  parameters: [
    {
      name: "r",
      scope: "shared",
      type: "number",
      default: 0.1,
      documentation: "Amplification for each unit of the ratio of shared to unique changes.",
    },
    {
      name: "alpha",
      scope: "shared",
      type: "number",
      default: 0.2,
      minimum: 0,
      documentation: "Largest ratio that counts.",
    },
    epsilonParameter,
  ],
  resultDtype: "F32",
  passes: () => 2,
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    const [r, alpha, epsilon] = ["r", "alpha", "epsilon"].map((name) => numberOf(task.parameters, name)) as [
      number,
      number,
      number,
    ];
    addChanges("ramplus_tl", task, kernels, write, ({ shared, unique }) => {
      const ratio = Math.fround(shared / Math.max(unique, epsilon));
      return Math.fround(1 + Math.fround(Math.fround(r) * Math.min(Math.max(ratio, 0), Math.fround(alpha))));
    });
  },
};
