import { biomedicalDare, biomedicalDareTies, biomedicalSlerp, biomedicalTies } from "./biomedical.ts";
import { frankenmerge } from "./frankenmerge.ts";
import { mixtureOfExperts } from "./mixtureOfExperts.ts";
import { taskArithmetic } from "./taskArithmetic.ts";
import type { MergeTemplate } from "./template.ts";

/** Every template, in the order in which they are offered. */
export const mergeTemplates: readonly MergeTemplate[] = [
  biomedicalSlerp,
  biomedicalTies,
  biomedicalDare,
  biomedicalDareTies,
  taskArithmetic,
  frankenmerge,
  mixtureOfExperts,
];
