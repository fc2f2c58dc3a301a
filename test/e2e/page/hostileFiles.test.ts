import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { writeHostileFiles } from "../../support/hostileFiles.ts";
import { useWorkbench } from "./workbench.ts";

/** Fetched as soon as anything takes the text for Markdown or HTML; the address tells from where it came. */
function poison(place: string): string {
  const address = `https://beacon.example/${place}.png`;
  return `${place} ![x](${address}) <img src="${address}"> \`![x](${address})`;
}

const cell = "benchmark: sample-medqa-4\nmodels: hostile.gguf\nprotocol: lm-eval";
const notebook = `# Study

\`\`\`mcqa
${cell}
\`\`\`

<!-- medley:result runs=absent cell=0123456789abcdef -->

| ${poison("savedResult")} |
| :-- |

<!-- /medley:result -->
`;
async function prepareWorkspace(folder: string): Promise<void> {
  await writeHostileFiles(folder, poison);
  await writeFile(path.join(folder, "study.mcqa.md"), notebook);
}

describe("Files that nobody trusts", () => {
  const workbench = useWorkbench({ prepareWorkspace, askForTrust: true });
  const requests: string[] = [];

  before(async () => {
    const { page } = workbench();
    page.context().on("request", (request) => requests.push(request.url()));
    await page.getByText("Restricted Mode", { exact: true }).first().waitFor();
  });

  afterEach("no request has left this machine", async () => {
    // Long enough for a picture that was just drawn to be asked for.
    await workbench().page.waitForTimeout(1500);
    // Files for pages have addresses of another host, which the page's own service worker answers from this machine.
    const resource = /^https:\/\/vscode-remote\+127-[\w-]+\.vscode-resource\.vscode-cdn\.net\//;
    const local = /^(?:data|blob|vscode-[\w-]+):|^(?:https?|wss?):\/\/(?:127\.0\.0\.1|localhost)[:/]/;
    assert.deepEqual(
      requests.filter((address) => !local.test(address) && !resource.test(address)),
      [],
    );
  });

  /** The hover over a text of the editor that is in front. */
  async function hover(text: string, expected: string): Promise<void> {
    const { page } = workbench();
    const word = page.locator(".view-line:visible span:not(:has(span))", { hasText: text }).first();
    await word.hover();
    const shown = page.locator(".monaco-hover:visible", { hasText: expected });
    await shown.first().waitFor({ timeout: 30_000 });
    await workbench().screenshot(`hostile-${path.basename(expected)}`);
    assert.equal(await page.locator(".monaco-hover img").count(), 0);
    await page.mouse.move(5, 5);
  }

  it("show their texts as texts where a cell names a model", async () => {
    await workbench().openFile("study.mcqa.md");
    await workbench().page.locator(".cell-list-container .code-cell-row .monaco-editor").first().click();
    await hover("hostile.gguf", "beacon.example/general.name");
  });

  it("show their texts as texts in merge configurations", async () => {
    await workbench().openFile("hostile.merge.yml");
    await hover("hostile", "beacon.example/architectures");
    await hover("block", "beacon.example/tensor");
  });

  it("show their texts as texts in the views of models and runs", async () => {
    const { page } = workbench();
    await workbench().runCommand("Medley: Focus on Models View");
    await page.getByRole("treeitem", { name: /^hostile,/ }).hover();
    await page.locator(".monaco-hover:visible", { hasText: "beacon.example/general.name" }).first().waitFor();
    await workbench().runCommand("Medley: Focus on Runs View");
    await page.getByRole("treeitem", { name: /beacon\.example\/title/ }).hover();
    await page.locator(".monaco-hover:visible", { hasText: "beacon.example/failure" }).first().waitFor();
    await workbench().screenshot("hostile-run");
  });

  it("show their texts as texts in the log of a run", async () => {
    const { page } = workbench();
    await workbench().runCommand("Medley: Show Run Log");
    await workbench().pick("beacon.example/title");
    await page.locator(".tab.active", { hasText: "Log of" }).waitFor({ timeout: 30_000 });
    await workbench().preview().getByText("beacon.example/warning").first().waitFor({ timeout: 30_000 });
    await workbench().screenshot("hostile-log");
  });
});
