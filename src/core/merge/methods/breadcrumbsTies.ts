import { outlierSparsifier } from "./sparsifiers.ts";
import { taskVectorMethod } from "./taskVectors.ts";

export const breadcrumbsTies = taskVectorMethod({
  name: "breadcrumbs_ties",
  summary: "As breadcrumbs, adding only differences that agree with the majority in sign.",
  sparsifier: outlierSparsifier,
  consensus: true,
  normalize: false,
  rescale: false,
});
