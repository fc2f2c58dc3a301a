import { taskVectorMethod } from "./taskVectors.ts";

export const taskArithmetic = taskVectorMethod({
  name: "task_arithmetic",
  summary: "Adds the weighted differences of the models from the base model to it.",
  consensus: false,
  normalize: false,
  rescale: false,
});
