import { outlierSparsifier } from "./sparsifiers.ts";
import { taskVectorMethod } from "./taskVectors.ts";

export const breadcrumbs = taskVectorMethod({
  name: "breadcrumbs",
  summary: "Drops the smallest and the very largest differences from the base model and adds the rest.",
  sparsifier: outlierSparsifier,
  consensus: false,
  normalize: false,
  rescale: false,
});
