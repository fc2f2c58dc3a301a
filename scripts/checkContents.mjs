// Refuses to make a package that lacks something, or has what does not belong there.
import { bundleNames } from "./entryPoints.mjs";
import { binariesOf, binaryPackage } from "./packageContents.mjs";

/** Entry points of the extension and of its processes, threads and pages; the binding of llama.cpp. */
export const needed = [
  ...bundleNames.map((name) => `dist/${name}`),
  "node_modules/node-llama-cpp/dist/index.js",
  "samples/sample.mcqa.md",
  "samples/models/stories260k.f32.gguf",
  "docs/merge-diagnostics.md",
  "l10n/bundle.l10n.json",
  "media/icon.png",
  "package.json",
  "package.nls.json",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "ThirdPartyNotices.txt",
];

const allowed = /^(dist|docs|l10n|media|node_modules|samples)\/|^[^/]+$/;
/** What builds, downloads and parses command lines, none of which happens; what says so may stand in its place. */
const tools = /^node_modules\/(?:(?:cmake-js|tar|yargs)\/|(?:simple-git|ipull)\/(?!(?:package\.json|index\.js)$))/;
const lockFile = /(^|\/)(yarn\.lock|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|bun\.lockb?)$/;
const unwanted = /(^|\/)(test|tests|src|bench|\.git[^/]*|\.env[^/]*)(\/|$)|\.(ts|map|vsix|bundle|tsx)$/;

/**
 * @param {readonly string[]} names of the files of a package
 * @param {string} target its platform
 * @throws Error that lists everything that is wrong
 */
export function checkContents(names, target) {
  const own = binariesOf[target].map((name) => `node_modules/${binaryPackage(name)}/`);
  const problems = [
    ...needed.filter((name) => !names.includes(name)).map((name) => `${name} is missing.`),
    ...own
      .filter((folder) => !names.some((name) => name.startsWith(folder) && name.endsWith("llama-addon.node")))
      .map((folder) => `${folder} has no binding of llama.cpp.`),
    ...names.filter((name) => !allowed.test(name) || isUnwanted(name)).map((name) => `${name} does not belong there.`),
    ...names
      .filter(
        (name) => /\.(node|so|dylib|dll|metal)(\.|$)/.test(name) && !own.some((folder) => name.startsWith(folder)),
      )
      .map((name) => `${name} is a binary that ${target} does not need.`),
  ];
  if (problems.length > 0)
    throw new Error(`The package for ${target} is not right:\n${problems.slice(0, 20).join("\n")}`);
}

/** Packages of others keep code that runs in folders of these names. */
function isUnwanted(name) {
  if (lockFile.test(name) || tools.test(name)) return true;
  return name.startsWith("node_modules/") ? /\.(ts|map|bundle)$/.test(name) : unwanted.test(name);
}
