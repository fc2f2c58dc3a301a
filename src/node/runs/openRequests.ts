import type { RunManifest } from "../../core/runs/manifest.ts";
import { mergeRequests } from "../merge/mergeRequests.ts";
import type { RunPermissions, RunRequests } from "./runRequests.ts";

type Requests = (folder: string, manifest: RunManifest) => Promise<RunRequests>;

/** For every kind of run that asks for something, one line each. */
const requestsByKind: Readonly<Record<string, Requests>> = { merge: mergeRequests };

/** What a run asks for beyond what is allowed already. */
export async function openRequests(
  folder: string,
  manifest: RunManifest,
  { program, replace }: RunPermissions,
): Promise<RunRequests> {
  const requests = (await requestsByKind[manifest.kind]?.(folder, manifest)) ?? {};
  return {
    ...(requests.program === undefined || requests.program === program ? {} : { program: requests.program }),
    ...(requests.replaces === undefined || replace === true ? {} : { replaces: requests.replaces }),
  };
}
