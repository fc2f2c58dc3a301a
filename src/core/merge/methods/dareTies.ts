import { randomSparsifier } from "./sparsifiers.ts";
import { taskVectorMethod } from "./taskVectors.ts";

export const dareTies = taskVectorMethod({
  name: "dare_ties",
  summary: "Drops differences from the base model at random and adds those that agree with the majority in sign.",
  sparsifier: randomSparsifier,
  consensus: true,
  normalize: false,
  rescale: true,
});
