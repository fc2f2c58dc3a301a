import { basename } from "node:path";
import type { Notice } from "../../core/evaluation/summary/notice.ts";
import type { LoadedBenchmark } from "../benchmarks/dataStore.ts";

/**
 * What a reader of a benchmark's number must know of its data: records that are left out, versions that are unknown, and
 * all that the reading noted.
 */
export function dataNotices({ definition, files, items, problems, notes }: LoadedBenchmark): Notice[] {
  const message = `Malformed records that are left out: ${problems.length}.`;
  return [
    ...(problems.length > 0 ? [{ kind: "malformedRecords", count: problems.length, message }] : []),
    ...(definition.family === "own" ? [] : unknownVersions(definition.sizes, files, items.length)),
    // Where examples come from belongs to the set-up, and its text names a path.
    ...notes
      .filter(({ kind }) => kind !== "shotSource")
      .map((note) => ({ ...note, message: withoutFolders(note.message, files) })),
  ];
}

/** Reports are passed on, and paths name the people whose they are. */
function withoutFolders(message: string, files: LoadedBenchmark["files"]): string {
  return files.reduce((text, { path }) => (path === undefined ? text : text.replaceAll(path, basename(path))), message);
}

function unknownVersions(published: readonly number[], files: LoadedBenchmark["files"], items: number): Notice[] {
  return files
    .filter(({ isKnown }) => !isKnown)
    .map(({ role, sha256 }) => {
      const sizes = role === "test" ? ` It gives ${items} items; published: ${published.join(" or ")}.` : "";
      const message = `The ${role} file is no version that Medley knows (sha256 ${sha256.slice(0, 12)}).${sizes}`;
      return { kind: "unknownVersion", count: 1, message };
    });
}
