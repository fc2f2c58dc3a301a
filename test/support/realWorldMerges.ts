import { readdir, readFile } from "node:fs/promises";

const folder = new URL("../fixtures/merge/realWorld/", import.meta.url);

/** Configurations in the styles that people publish, by file name; see fixtures/merge/realWorld/README.md. */
export async function readRealWorldMerges(): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder), "utf8")] as const)),
  );
}
