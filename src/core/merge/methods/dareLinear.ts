import { randomSparsifier } from "./sparsifiers.ts";
import { taskVectorMethod } from "./taskVectors.ts";

export const dareLinear = taskVectorMethod({
  name: "dare_linear",
  summary: "Drops differences from the base model at random, rescales the rest and adds them.",
  sparsifier: randomSparsifier,
  consensus: false,
  normalize: false,
  rescale: true,
});
