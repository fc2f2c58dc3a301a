import assert from "node:assert/strict";
import { readMergeFile, type NamedMerge } from "../../src/core/merge/config/readMergeFile.ts";
import type { MoeConfiguration } from "../../src/core/merge/moe/moeConfiguration.ts";

/** The merges of a text that holds no mixture of experts; the first one to name, since there is one at least. */
export function readMerges(text: string, file = "merge.yml"): readonly [NamedMerge, ...NamedMerge[]] {
  const read = readMergeFile(text, file);
  assert.ok(read.kind === "merges", file);
  return read.merges as readonly [NamedMerge, ...NamedMerge[]];
}

/** The mixture of experts of a text. */
export function readMixture(text: string, file = "moe.yml"): MoeConfiguration {
  const read = readMergeFile(text, file);
  assert.ok(read.kind === "moe", file);
  return read.moe;
}
