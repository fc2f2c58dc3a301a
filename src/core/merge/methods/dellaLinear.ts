import { rankedSparsifier } from "./sparsifiers.ts";
import { taskVectorMethod } from "./taskVectors.ts";

export const dellaLinear = taskVectorMethod({
  name: "della_linear",
  summary: "Drops differences at random, small ones more often, and adds the rest.",
  sparsifier: rankedSparsifier,
  consensus: false,
  normalize: false,
  rescale: true,
});
