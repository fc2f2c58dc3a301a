import type { BenchmarkDefinition, FileSpecification, KnownFile } from "./benchmark.ts";

/** A file that may be wanted. */
export interface Candidate {
  readonly path: string;
  readonly bytes: number;
  /** Known only for files of the size of a known version; a file of another size cannot be one. */
  readonly sha256?: string;
}

export type FileChoice<C extends Candidate = Candidate> =
  | { readonly state: "known"; readonly file: C; readonly known: KnownFile }
  /** Found by its name only: another version, or changed. */
  | { readonly state: "unknownVersion"; readonly file: C }
  | { readonly state: "ambiguous"; readonly files: readonly C[] }
  | { readonly state: "missing" };

/**
 * Chooses the file of one role among the files of one place: the preferred known version, else the only file with the
 * right name. A file that is known to be, or whose path fits better, another file of the catalogue is never chosen.
 * @param catalogue specifications of all benchmarks
 */
export function chooseFile<C extends Candidate>(
  wanted: FileSpecification,
  candidates: readonly C[],
  catalogue: readonly FileSpecification[],
): FileChoice<C> {
  for (const known of wanted.known) {
    const file = candidates.find(({ sha256 }) => sha256 === known.sha256);
    if (file !== undefined) return { state: "known", file, known };
  }
  const isOther = (file: C): boolean =>
    catalogue.some(
      (other) =>
        other.names[0] !== wanted.names[0] &&
        (other.known.some(({ sha256 }) => sha256 === file.sha256) ||
          nameMatch(file.path, other.names) > nameMatch(file.path, wanted.names)),
    );
  const named = candidates.filter((file) => nameMatch(file.path, wanted.names) > 0 && !isOther(file));
  const [first, ...others] = named;
  if (first === undefined) return { state: "missing" };
  return others.length === 0 ? { state: "unknownVersion", file: first } : { state: "ambiguous", files: named };
}

/** Number of path segments at the end of the path that fit one of the names; 0 when none fits. */
export function nameMatch(path: string, names: readonly string[]): number {
  const segments = path.toLowerCase().split(/[\\/]/);
  let longest = 0;
  for (const name of names) {
    const wanted = name.toLowerCase().split("/");
    const isMatch = wanted.every((segment, index) => segments.at(index - wanted.length) === segment);
    if (isMatch) longest = Math.max(longest, wanted.length);
  }
  return longest;
}

/** Whether every file that a benchmark cannot do without has a public address. */
export function isFetchable({ files }: BenchmarkDefinition): boolean {
  return files.every(({ required, known }) => !required || known.some(({ urls }) => urls.length > 0));
}
