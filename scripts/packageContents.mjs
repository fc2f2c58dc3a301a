// What a package of the extension contains: only what it needs at run time.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { repository } from "./install.mjs";

/** Packages that stay outside of the bundles, because they find their own files. */
const external = "node-llama-cpp";

/** Binaries of llama.cpp for each platform that VS Code knows and llama.cpp is built for. CUDA's are too large to bundle. */
export const binariesOf = {
  "linux-x64": ["linux-x64", "linux-x64-vulkan"],
  "linux-arm64": ["linux-arm64"],
  "linux-armhf": ["linux-armv7l"],
  "win32-x64": ["win-x64", "win-x64-vulkan"],
  "win32-arm64": ["win-arm64"],
  "darwin-x64": ["mac-x64"],
  "darwin-arm64": ["mac-arm64-metal"],
};

const scope = "@node-llama-cpp";
export const binaryPackage = (name) => `${scope}/${name}`;

/** Of the repository. */
const ownFiles = ["LICENSE", "README.md", "CHANGELOG.md", "docs/merge-diagnostics.md", "package.nls.json"];

/** Sources, types, documentation and tools of packages: nothing of these runs. Licences stay. */
const idle =
  /\.(ts|mts|cts|map|md|markdown|tsbuildinfo|bundle)$|(^|\/)(\.[^/]+|test|tests|__tests__|example|examples|Makefile|CMakeLists\.txt)(\/|$)/i;
const idleOfExternal = /^(llama\/(addon|cmake|patches|toolchains|xpack|gpuInfo)|templates)\//;

export function filesBelow(folder, prefix = "") {
  return readdirSync(path.join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    return statSync(path.join(folder, name)).isDirectory() ? filesBelow(folder, name) : [name];
  });
}

/** Own files, as `[name in the package, path]`. */
export function ownContents(distFolder) {
  const listed = ownFiles.map((name) => [name, path.join(repository, name)]);
  const below = (name, folder) => filesBelow(folder).map((file) => [`${name}/${file}`, path.join(folder, file)]);
  return [
    ...listed,
    ...below("l10n", path.join(repository, "l10n")),
    ...below("media", path.join(repository, "media")),
    ...below("samples", path.join(repository, "samples")),
    ...below("dist", distFolder),
  ];
}

/**
 * The folders of a package and of everything that it needs, as Node finds them.
 * @returns {Map<string, string>} by the name under which they are found from the repository, `node_modules/…`
 */
export function dependencyFolders(name = external, from = repository, found = new Map()) {
  const place = findPackage(name, from);
  if (place === undefined) throw new Error(`The package ${name}, which ${from} needs, is not installed.`);
  const key = path.relative(repository, place).replaceAll(path.sep, "/");
  if (found.has(key)) return found;
  found.set(key, place);
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(place, "package.json"), "utf8"));
  for (const dependency of Object.keys(dependencies)) dependencyFolders(dependency, place, found);
  return found;
}

function findPackage(name, from) {
  for (let folder = from; folder.startsWith(repository); folder = path.dirname(folder)) {
    const place = path.join(folder, "node_modules", name);
    if (existsSync(path.join(place, "package.json"))) return place;
  }
  return undefined;
}

/** What is needed of a package, as `[name in the package, path]`; packages within it are packages of their own. */
export function packageContents(key, folder) {
  return filesBelowOwn(folder)
    .filter((file) => !idle.test(file) || /(^|\/)(licen[cs]e|copying|notice)[^/]*$/i.test(file))
    .filter((file) => key !== `node_modules/${external}` || !idleOfExternal.test(file))
    .map((file) => [`${key}/${file}`, path.join(folder, file)]);
}

function filesBelowOwn(folder) {
  return filesBelow(folder).filter((file) => !file.startsWith("node_modules/"));
}
