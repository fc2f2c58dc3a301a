import assert from "node:assert/strict";
import { chmod, cp, mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Locator } from "playwright-core";
import { createMergeRun, mergeDefaults } from "../../../src/node/merge/createMergeRun.ts";
import { cli } from "../../support/cli.ts";
import { holdRun } from "../../support/holdRun.ts";
import { repository } from "../codeServer.ts";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";
import { useWorkbench } from "./workbench.ts";

const model = "stories260k.f32.gguf";
const checkpoint = { layers: 1, hidden: 64, intermediate: 128, vocabulary: 300 };
const merge = `models:
  - model: one
    parameters: {weight: 0.5}
  - model: two
    parameters: {weight: 0.5}
merge_method: linear
dtype: bfloat16
`;

describe("The Runs view", () => {
  const workbench = useWorkbench({
    async prepareWorkspace(folder) {
      await cp(path.join(repository, "samples/models"), folder, { recursive: true });
      await mkdir(path.join(folder, "runs/20260101-000000-evaluation-broken"), { recursive: true });
      await writeFile(path.join(folder, "runs/20260101-000000-evaluation-broken/run.json"), "{ torn");
      await writeRandomCheckpoint(path.join(folder, "one"), checkpoint, 1);
      await writeRandomCheckpoint(path.join(folder, "two"), checkpoint, 2);
      await writeFile(path.join(folder, "mean.yml"), merge);
      await writeFile(path.join(folder, "wrong.yml"), merge.replace("model: two", "model: tow"));
    },
  });

  const folder = (): string => workbench().server.workspace;
  const tree = (): Locator => workbench().page.locator(".pane", { has: workbench().page.getByLabel("Runs Section") });
  const row = (text: string | RegExp): Locator => tree().getByRole("treeitem", { name: text });

  /** A message, in the list of all: those that pop up go away by themselves. */
  async function notification(text: string | RegExp): Promise<Locator> {
    await workbench().runCommand("Notifications: Show Notifications");
    const item = workbench().page.locator(".notifications-center .notification-list-item", { hasText: text });
    await item.waitFor();
    return item;
  }

  /** Evaluates in the background, as from a terminal. @returns the folder of the run */
  async function evaluate(...more: string[]): Promise<string> {
    const before = await runFolders();
    const args = ["eval", "--model", model, "--gpu", "none", "--threads", "1", "--detach", ...more];
    const { code, stderr } = await cli(args, { cwd: folder() });
    assert.equal(code, 0, stderr);
    const [run] = (await runFolders()).filter((name) => !before.includes(name));
    return path.join(folder(), "runs", run!);
  }

  async function runFolders(): Promise<string[]> {
    return (await readdir(path.join(folder(), "runs"))).filter((name) => !name.startsWith("."));
  }

  before(async () => {
    await workbench().runCommand("Medley: Focus on Runs View");
  });

  it("lists a damaged run with the reason", async () => {
    await row(/20260101-000000-evaluation-broken.*not JSON/).waitFor();
  });

  it("shows a run from a terminal, stops it, and resumes it to its end", async () => {
    const { release } = await holdRun(await evaluate("--benchmark", "sample", "--shots", "2", "--protocol", "lm-eval"));
    const working = row(/lm-eval, running/);
    await row(/lm-eval, running, \d+\/\d+ items/).waitFor();
    await workbench().screenshot("runs-running");
    await working.hover();
    await working.getByRole("button", { name: "Stop Run" }).click();
    await row(/lm-eval, running, stopping/).waitFor();
    release();
    const stopped = row(/lm-eval, stopped/);
    await stopped.waitFor();
    await stopped.hover();
    await stopped.getByRole("button", { name: "Resume Run" }).click();
    await row(/lm-eval, finished/).waitFor();
  });

  it("copies what a paper cites of a run", async () => {
    const finished = row(/lm-eval, finished/);
    await finished.hover();
    await workbench().screenshot("runs-finished");
    await workbench().page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await finished.getByRole("button", { name: "Copy as Citation" }).click();
    await workbench().page.getByText("The citation is on the clipboard.").waitFor();
    const citation = await workbench().page.evaluate("navigator.clipboard.readText()");
    assert.match(String(citation), /Result on sample-medqa-4: accuracy .* n = 20, 2 shots/);
  });

  it("deletes a run once the user has agreed", async () => {
    const broken = row(/20260101-000000-evaluation-broken/);
    await broken.click({ button: "right" });
    // A menu that has just opened takes no click yet, but keys.
    await workbench().page.getByRole("menuitem", { name: "Delete Run…" }).hover();
    await workbench().page.keyboard.press("Enter");
    const dialog = workbench().page.locator(".monaco-dialog-box");
    await dialog.getByRole("button", { name: "Move to Trash" }).click();
    // A server has no trash: the user is told and asked again.
    await dialog.getByRole("button", { name: "Delete Permanently" }).click();
    await broken.waitFor({ state: "detached" });
    const left = (await readdir(path.join(folder(), "runs"))).filter((name) => name.endsWith("broken"));
    assert.deepEqual(left, []);
  });

  it("runs the merge of the open configuration, and offers its folder", async () => {
    await workbench().openFile("mean.yml");
    await workbench().runCommand("Medley: Run Merge");
    await workbench().answer("Folder for the merged model", "mean-merged");
    await workbench().runCommand("Medley: Focus on Runs View");
    await row(/linear mean-merged, finished/).waitFor();
    const offer = await notification("Merged into");
    await workbench().screenshot("runs-merge");
    const names = await readdir(path.join(folder(), "mean-merged"));
    for (const name of ["config.json", "model.safetensors", "mergekit_config.yml", "README.md"]) {
      assert.ok(names.includes(name), name);
    }
    await offer.getByRole("button", { name: "Open Folder" }).click();
    await workbench().page.locator(".explorer-folders-view").getByText("mean-merged").waitFor();
  });

  it("says where a configuration is wrong, and starts nothing", async () => {
    const before = await readdir(path.join(folder(), "runs"));
    await workbench().openFile("wrong.yml");
    await workbench().runCommand("Medley: Run Merge");
    await workbench().answer("Folder for the merged model", "wrong-merged");
    const message = await notification(/wrong\.yml:4/);
    await message.getByRole("button", { name: "Open File" }).waitFor();
    await workbench().screenshot("runs-merge-error");
    assert.deepEqual(await readdir(path.join(folder(), "runs")), before);
  });

  it("asks before it resumes a run that starts a program of its own choice", async () => {
    const { page } = workbench();
    const program = path.join(folder(), "program");
    const wasRun = async (): Promise<boolean> => (await readdir(folder())).includes("was-run");
    await writeFile(program, `#!/bin/sh\ntouch '${path.join(folder(), "was-run")}'\nexit 1\n`);
    await chmod(program, 0o755);
    await createMergeRun(path.join(folder(), "runs"), {
      ...mergeDefaults,
      file: path.join(folder(), "mean.yml"),
      text: merge,
      folder: folder(),
      output: path.join(folder(), "foreign-merged"),
      seed: 1,
      allowMixedArchitectures: false,
      overwrite: false,
      backend: "mergekit",
      python: program,
    });
    await workbench().runCommand("Medley: Focus on Runs View");
    const foreign = row(/foreign-merged, not started/);
    const dialog = page.locator(".monaco-dialog-box", { hasText: `It starts the program ${program}.` });
    const resume = async (): Promise<void> => {
      await foreign.hover();
      await foreign.getByRole("button", { name: "Resume Run" }).click();
      await dialog.waitFor();
    };
    await resume();
    await workbench().screenshot("runs-permission");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.ok(!(await wasRun()));
    await resume();
    await dialog.getByRole("button", { name: "Go On" }).click();
    await row(/foreign-merged, failed/).waitFor();
    assert.ok(await wasRun());
  });
});
