/**
 * Addresses of one file of a public GitHub repository, one a revision. Content is checked by hash after a download, so
 * later revisions are only further places where the same content may be had.
 */
export function githubFile(repository: string, path: string, revisions: readonly string[]): string[] {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return revisions.map((revision) => `https://raw.githubusercontent.com/${repository}/${revision}/${encoded}`);
}
