/**
 * Folder name of a run: `<time>-<kind>-<slug>`, for example `20260131-141502-evaluation-medqa-4-biomistral`.
 * The time is UTC, so that names sort by it wherever the run was started.
 */
export function runName(created: Date, kind: string, title: string): string {
  const time = created.toISOString().replace(/[-:]/g, "").replace("T", "-").replace(/\..*$/, "");
  return `${time}-${kind}-${slug(title)}`;
}

/** Lower-case ASCII letters, digits, dots and single hyphens: safe as a file name everywhere. */
function slug(text: string): string {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-")
    .slice(0, 60)
    .replace(/^[-.]+|[-.]+$/g, "");
  return plain === "" ? "run" : plain;
}
