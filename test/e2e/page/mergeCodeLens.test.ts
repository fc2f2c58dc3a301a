import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { openCheckpoint } from "../../../src/node/checkpoint/checkpoint.ts";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";
import { useWorkbench } from "./workbench.ts";

const checkpoint = { layers: 24, hidden: 128, intermediate: 256, vocabulary: 300 };
/** Small models, and so many steps for each tensor that there is time to stop it. */
const slow = `merge_method: karcher
models:
  - model: models/one
  - model: models/two
parameters:
  max_iter: 40000
  tol: 0
dtype: float32
`;

describe("Commands above a merge configuration", () => {
  const workbench = useWorkbench({
    async prepareWorkspace(folder) {
      await writeRandomCheckpoint(path.join(folder, "models/one"), checkpoint, 1);
      await writeRandomCheckpoint(path.join(folder, "models/two"), checkpoint, 2);
      await writeFile(path.join(folder, "mean.yml"), slow);
    },
    settings: { "medley.mergekitPython": "/no/such/python" },
  });
  const lens = (title: string) => workbench().page.locator(".codelens-decoration a", { hasText: title }).first();
  const center = () => workbench().page.locator(".notifications-center");
  /** A message, in the list of all: those that pop up go away by themselves. */
  const message = (text: string | RegExp) => center().locator(".notification-list-item", { hasText: text }).first();
  const showMessages = () => workbench().runCommand("Notifications: Show Notifications");
  const output = () => path.join(workbench().server.workspace, "mean-merged");

  it("are there", async () => {
    await workbench().openFile("mean.yml");
    for (const title of ["Run merge", "Preview", "Run with mergekit", "Evaluate result"]) await lens(title).waitFor();
    await workbench().screenshot("merge-codelens");
  });

  it("say plainly that there is no mergekit", async () => {
    await lens("Run with mergekit").click();
    await workbench().answer("Folder for the merged model", "by-mergekit");
    await showMessages();
    await message("/no/such/python cannot be started").waitFor();
    await workbench().screenshot("merge-no-mergekit");
  });

  it("run a merge that can be stopped, and leave nothing that looks finished", async () => {
    await lens("Run merge").click();
    await workbench().answer("Folder for the merged model", "mean-merged");
    await showMessages();
    const progress = message(/\d [kM]B of/);
    await progress.waitFor();
    await workbench().screenshot("merge-run");
    await progress.getByRole("button", { name: "Cancel" }).click();
    await message("was stopped").waitFor();
    await workbench().screenshot("merge-stopped");
    assert.ok(!(await readdir(output())).includes("config.json"));
  });

  it("go on to a finished checkpoint that can be read", async () => {
    await message("was stopped").getByRole("button", { name: "Resume" }).click();
    await showMessages();
    await message("Merged into").waitFor();
    const { config, tensors } = await openCheckpoint(output());
    assert.equal(config.integer("num_hidden_layers"), checkpoint.layers);
    assert.equal(tensors.size, 3 + checkpoint.layers * 9);
  });

  it("offer a notebook that compares the result with its models", async () => {
    await message("Merged into").getByRole("button", { name: "Evaluate…" }).click();
    const { page } = workbench();
    for (const model of ["models/one.gguf", "models/two.gguf", "mean-merged.gguf"])
      await page.locator(".view-line", { hasText: model }).first().waitFor();
    await workbench().screenshot("merge-evaluate");
  });
});
