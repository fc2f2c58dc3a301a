// `npm run package`: makes the extension's packages (VSIX), one for each platform, under out/package.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { checkContents } from "./checkContents.mjs";
import { installPackages, repository } from "./install.mjs";
import {
  binariesOf,
  binaryContents,
  binaryPackage,
  externalContents,
  ownContents,
  unusedContents,
} from "./packageContents.mjs";
import { thirdPartyNotices } from "./thirdPartyNotices.mjs";
import { contentTypes, vsixManifest } from "./vsixManifest.mjs";
import { zip } from "./zip.mjs";

const usage = `npm run package [-- TARGET …]

Makes out/package/medley-VERSION-TARGET.vsix for this platform, for the named ones, or for all of them with --all:
  ${Object.keys(binariesOf).join(", ")}
Binaries of llama.cpp for other platforms are fetched from the npm registry, in the version that is installed.`;

const folder = path.join(repository, "out/package");
const distFolder = path.join(folder, "dist");
const metafile = path.join(folder, "bundles.json");
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** Packages for other platforms, unpacked. @returns {string} the folder */
function fetchBinaries(name) {
  const { version } = readJson(path.join(repository, "node_modules/node-llama-cpp/package.json"));
  const into = path.join(folder, "binaries", `${name}-${version}`);
  if (existsSync(path.join(into, "package/package.json"))) return path.join(into, "package");
  console.log(`Fetching ${binaryPackage(name)} ${version} …`);
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  const run = (command, ...args) => {
    const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: into, encoding: "utf8" });
    if (status === 0) return stdout;
    throw new Error(`\`${command} ${args.join(" ")}\` failed: ${error?.message ?? stderr}`);
  };
  const [{ filename }] = JSON.parse(run("npm", "pack", `${binaryPackage(name)}@${version}`, "--json"));
  run("tar", "-xzf", filename);
  return path.join(into, "package");
}

function binaryFolder(name) {
  const installed = path.join(repository, "node_modules", binaryPackage(name));
  return existsSync(path.join(installed, "package.json")) ? installed : fetchBinaries(name);
}

/** The npm packages that are in the bundles, by what the bundler says. */
function bundledFolders() {
  const folders = new Set();
  for (const { outputs } of readJson(metafile)) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
        if (found !== undefined && bytesInOutput > 0) folders.add(path.resolve(repository, found));
      }
    }
  }
  return folders;
}

/** package.json without what concerns the repository only, and with the texts that a list of extensions shows. */
function packagedManifest(manifest) {
  const { devDependencies: _, scripts: _scripts, allowScripts: _allowed, ...kept } = manifest;
  return kept;
}

/** Links into the repository lead nowhere from a package. */
function withoutOwnLinks(markdown) {
  return markdown
    .replace(/^!\[[^\]]*\]\((?!https?:)[^)]*\)\n+/gm, "")
    .replace(/\[([^\]]*)\]\((?!https?:|#)[^)]*\)/g, "$1");
}

async function makePackage(target, manifest) {
  const external = await externalContents();
  const binaries = binariesOf[target].map((name) => [name, binaryFolder(name)]);
  const listed = [
    ...ownContents(distFolder),
    ...[...external.values()].flatMap((names) => [...names]).map((name) => [name, path.join(repository, name)]),
    ...binaries.flatMap(([name, place]) => binaryContents(name, place)),
  ];
  const files = new Map(listed.map(([name, file]) => [name, readFileSync(file)]));
  for (const [name, text] of unusedContents()) files.set(name, Buffer.from(text));
  files.set("package.json", Buffer.from(`${JSON.stringify(packagedManifest(manifest), null, 2)}\n`));
  files.set("README.md", Buffer.from(withoutOwnLinks(files.get("README.md").toString())));
  const externalFolders = [...external.keys()].map((name) => path.join(repository, name));
  const notices = thirdPartyNotices([...bundledFolders(), ...externalFolders, ...binaries.map(([, place]) => place)]);
  files.set("ThirdPartyNotices.txt", Buffer.from(notices));
  checkContents([...files.keys()], target);

  const content = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, data]) => ({ name: `extension/${name}`, data }));
  const described = [{ name: "extension.vsixmanifest", data: Buffer.from(vsixManifest(manifest, target)) }, ...content];
  const types = { name: "[Content_Types].xml", data: Buffer.from(contentTypes(described.map(({ name }) => name))) };
  const file = path.join(folder, `${manifest.name}-${manifest.version}-${target}.vsix`);
  const archive = zip([...described, types]);
  writeFileSync(file, archive);
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const unpacked = content.reduce((sum, { data }) => sum + data.length, 0);
  console.log(
    `${path.relative(repository, file)}: ${megabytes(archive.length)}, ${megabytes(unpacked)} unpacked, ${content.length} files`,
  );
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
});
const here = `${process.platform}-${process.arch === "arm" ? "armhf" : process.arch}`;
const targets = options.all ? Object.keys(binariesOf) : positionals.length > 0 ? positionals : [here];
const unknown = targets.filter((target) => !Object.hasOwn(binariesOf, target));
if (options.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no package for ${unknown.join(", ")}.\n`);
  console.log(usage);
  process.exit(options.help ? 0 : 2);
}
await installPackages();
rmSync(distFolder, { recursive: true, force: true });
const build = ["esbuild.mjs", "--production", "--outdir", distFolder, "--metafile", metafile];
const { status, stderr } = spawnSync(process.execPath, build, { cwd: repository, encoding: "utf8" });
if (status !== 0) throw new Error(`The build failed:\n${stderr}`);
const manifest = readJson(path.join(repository, "package.json"));
for (const target of targets) {
  try {
    await makePackage(target, manifest);
  } catch (error) {
    console.error(`There is no package for ${target}: ${error.message}`);
    process.exitCode = 1;
  }
}
