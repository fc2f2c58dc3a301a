// What a package of the extension contains: only what it needs at run time.
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { repository } from "./install.mjs";

/** The package that stays outside of the bundles, because it finds its own files. */
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

/** Of the external package itself: what builds llama.cpp, makes projects, or stands for what was moved elsewhere. */
const idleOfExternal =
  /^(llama\/(addon|cmake|patches|toolchains|xpack|gpuInfo|grammars|profiles)|templates|bins)\/|(^|\/)\.[^/]+$|\.(txt|md|bundle)$/i;
const licence = /^(licen[cs]e|copying|notice)[^/]*$/i;

/**
 * What the external package imports in order to build llama.cpp and to download models, of which Medley does neither,
 * with the names that it imports. In place of each stands a module that says so.
 */
const unused = {
  "simple-git": ["simpleGit"],
  ipull: ["downloadFile", "downloadSequence", "DownloadStatus"],
};

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
 * The external package and what it imports, directly or not, as Node finds it: the files of each package that are
 * reached, with its manifest and licence.
 * @returns {Promise<Map<string, Set<string>>>} files by the folder of their package, both from the repository
 * @throws Error when it imports a package that is neither installed nor known to be unused
 */
export async function externalContents() {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: [`node_modules/${external}/dist/index.js`],
    bundle: true,
    write: false,
    metafile: true,
    outdir: "out",
    platform: "node",
    format: "esm",
    // As Node resolves, not as bundlers do.
    conditions: [],
    mainFields: ["main"],
    external: ["electron", `${scope}/*`, ...Object.keys(unused)],
    logLevel: "silent",
  });
  const contents = new Map();
  for (const file of Object.keys(metafile.inputs)) {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file);
    const files = contents.get(folder) ?? new Set(licencesOf(folder));
    contents.set(folder, files.add(file));
    for (const manifest of manifestsOver(file, folder)) files.add(manifest);
  }
  const own = `node_modules/${external}`;
  const data = filesBelow(path.join(repository, own)).filter(
    (file) => !file.startsWith("dist/") && !file.startsWith("node_modules/") && !idleOfExternal.test(file),
  );
  for (const file of data) contents.get(own).add(`${own}/${file}`);
  return contents;
}

function licencesOf(folder) {
  const names = readdirSync(path.join(repository, folder));
  return names.filter((name) => licence.test(name)).map((name) => `${folder}/${name}`);
}

/** The manifest of a package, and those that say of a folder within it what kind of modules it has. */
function manifestsOver(file, folder) {
  const places = [];
  for (let place = path.posix.dirname(file); place.length >= folder.length; place = path.posix.dirname(place)) {
    places.push(`${place}/package.json`);
  }
  return places.filter((name) => existsSync(path.join(repository, name)));
}

/** The modules in place of packages that are never used, as `[name in the package, text]`. */
export function unusedContents() {
  return Object.entries(unused).flatMap(([name, exported]) => {
    const text = `throw new Error("Medley comes without ${name}: it neither builds llama.cpp nor downloads models.");`;
    const functions = exported.map((each) => `export function ${each}() {\n  ${text}\n}\n`);
    const manifest = { name, version: "0.0.0", type: "module", exports: "./index.js" };
    return [
      [`node_modules/${name}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`],
      [`node_modules/${name}/index.js`, functions.join("")],
    ];
  });
}

/** A package with binaries of llama.cpp, as `[name in the package, path]`. */
export function binaryContents(name, folder) {
  return filesBelow(folder)
    .filter((file) => !/\.(ts|map|md)$/.test(file) || licence.test(file))
    .map((file) => [`node_modules/${binaryPackage(name)}/${file}`, path.join(folder, file)]);
}
