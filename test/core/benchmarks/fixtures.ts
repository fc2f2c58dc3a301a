import { readFileSync } from "node:fs";
import type {
  BenchmarkFiles,
  DataFile,
  FileRole,
  ReadOptions,
  ReadResult,
} from "../../../src/core/benchmarks/benchmark.ts";
import type { Item } from "../../../src/core/benchmarks/item.ts";
import { benchmarkById } from "../../../src/core/benchmarks/registry.ts";

const folder = new URL("../../fixtures/benchmarks/", import.meta.url);

export function fixtureBytes(path: string): Uint8Array {
  return readFileSync(new URL(path, folder));
}

export function textFile(path: string, text: string): DataFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

type Given = Partial<Record<FileRole, string | DataFile>>;

/** Files by role: a string is the path of a fixture. */
export function files(given: Given): BenchmarkFiles {
  const entries = Object.entries(given) as [FileRole, string | DataFile][];
  return new Map(
    entries.map(([role, file]) => [role, typeof file === "string" ? { path: file, bytes: fixtureBytes(file) } : file]),
  );
}

export function read(id: string, given: Given, options?: ReadOptions): ReadResult {
  return benchmarkById(id).read(files(given), options);
}

/** Text of the right option. */
export function answerText(item: Item): string {
  return item.options[item.answers[0]!]!.text;
}

export function texts(item: Item): string[] {
  return item.options.map(({ text }) => text);
}
