/**
 * Addresses of one file of a public GitHub repository, one a revision. Content is checked by hash after a download, so
 * later revisions are only further places where the same content may be had.
 */
export function githubFile(repository: string, path: string, revisions: readonly string[]): string[] {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return revisions.map((revision) => `https://raw.githubusercontent.com/${repository}/${revision}/${encoded}`);
}

/** One of Self-BioRAG's copies of training questions. */
export function selfBioRagFile(name: string): string[] {
  const revisions = ["ad348ba202b9", "603373c7a1e4a479c8db7e056078a67b66457f58"];
  return githubFile("dmis-lab/self-biorag", `data/benchmark/${name}`, revisions);
}
