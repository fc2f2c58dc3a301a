import { rankedSparsifier } from "./sparsifiers.ts";
import { taskVectorMethod } from "./taskVectors.ts";

export const della = taskVectorMethod({
  name: "della",
  summary: "Drops differences at random, small ones more often, and adds those that agree with the majority in sign.",
  sparsifier: rankedSparsifier,
  consensus: true,
  normalize: true,
  rescale: true,
});
