import { magnitudeSparsifier } from "./sparsifiers.ts";
import { taskVectorMethod } from "./taskVectors.ts";

export const ties = taskVectorMethod({
  name: "ties",
  summary: "Keeps the largest differences from the base model and adds those that agree with the majority in sign.",
  sparsifier: magnitudeSparsifier,
  consensus: true,
  normalize: true,
  rescale: false,
});
