import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const repository = path.resolve(import.meta.dirname, "../..");

/** The texts of all code below folders of the repository, by their paths in it. */
export function sourceFiles(folders: readonly string[]): Map<string, string> {
  const files = folders
    .flatMap((folder) => filesBelow(folder))
    .filter((file) => /\.m?ts$|\.mjs$/.test(file) && !/\.d\.m?ts$/.test(file));
  return new Map(files.map((file) => [file, readFileSync(path.join(repository, file), "utf8")]));
}

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    if (/^(node_modules|fixtures|\..*)$/.test(entry.name)) return [];
    const name = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(name) : [name];
  });
}
