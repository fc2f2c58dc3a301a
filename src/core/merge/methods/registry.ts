import { arceeFusion } from "./arceeFusion.ts";
import { breadcrumbs } from "./breadcrumbs.ts";
import { breadcrumbsTies } from "./breadcrumbsTies.ts";
import { dareLinear } from "./dareLinear.ts";
import { dareTies } from "./dareTies.ts";
import { della } from "./della.ts";
import { dellaLinear } from "./dellaLinear.ts";
import { karcher } from "./karcher.ts";
import { linear } from "./linear.ts";
import type { MergeMethod } from "./method.ts";
import { modelStock } from "./modelStock.ts";
import { multislerp } from "./multislerp.ts";
import { nearswap } from "./nearswap.ts";
import { nuslerp } from "./nuslerp.ts";
import { passthrough } from "./passthrough.ts";
import { ram } from "./ram.ts";
import { ramplusTl } from "./ramplusTl.ts";
import { sce } from "./sce.ts";
import { slerp } from "./slerp.ts";
import { taskArithmetic } from "./taskArithmetic.ts";
import { ties } from "./ties.ts";

/** Every merge method, by the name that configurations use. */
export const mergeMethods: ReadonlyMap<string, MergeMethod> = new Map(
  [
    linear,
    slerp,
    nuslerp,
    multislerp,
    karcher,
    taskArithmetic,
    ties,
    dareLinear,
    dareTies,
    breadcrumbs,
    breadcrumbsTies,
    della,
    dellaLinear,
    modelStock,
    sce,
    nearswap,
    arceeFusion,
    ram,
    ramplusTl,
    passthrough,
  ].map((method) => [method.name, method]),
);

/** The method of a plan, whose name was looked up when it was made. */
export function plannedMethod({ method: name }: { readonly method: string }): MergeMethod {
  const method = mergeMethods.get(name);
  if (method === undefined) throw new Error(`${name} is no merge method`);
  return method;
}
