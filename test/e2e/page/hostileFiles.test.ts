import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Locator } from "playwright-core";
import { writeHostileFiles } from "../../support/hostileFiles.ts";
import { repeat, useWorkbench, type Workbench } from "./workbench.ts";

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

/** Fails a test after which anything was asked of another machine. */
function watchRequests(workbench: () => Workbench): void {
  const requests: string[] = [];
  before(
    () =>
      void workbench()
        .page.context()
        .on("request", (request) => requests.push(request.url())),
  );
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
}

/** Hovers over a part of the window until a hover shows the text of a place, and expects a text there. */
async function expectHover(workbench: Workbench, over: Locator, place: string): Promise<void> {
  const { page } = workbench;
  await repeat(
    async (patience) => {
      await over.hover();
      const shown = page.locator(".monaco-hover:visible", { hasText: `beacon.example/${place}` });
      await shown.first().waitFor(patience);
    },
    // A hover that came before the file was read does not change any more.
    () => page.mouse.move(5, 5),
  );
  await workbench.screenshot(`hostile-${place}`);
  assert.equal(await page.locator(".monaco-hover img").count(), 0);
  await page.mouse.move(5, 5);
}

/** A word of the editor in front, alone in its colour. */
function word({ page }: Workbench, text: string): Locator {
  return page.locator(".view-line:visible span:not(:has(span))", { hasText: text }).first();
}

describe("Files that nobody trusts", () => {
  const workbench = useWorkbench({ prepareWorkspace, askForTrust: true });
  watchRequests(workbench);

  before(() => workbench().page.getByText("Restricted Mode", { exact: true }).first().waitFor());

  it("show their texts as texts where a cell names a model", async () => {
    await workbench().openFile("study.mcqa.md");
    await workbench().page.locator(".cell-list-container .code-cell-row .monaco-editor").first().click();
    await expectHover(workbench(), word(workbench(), "hostile.gguf"), "general.name");
    await workbench().runCommand("View: Close All Editors");
  });

  it("show their texts as texts in merge configurations", async () => {
    await workbench().openFile("hostile.merge.yml");
    await expectHover(workbench(), word(workbench(), "hostile"), "architectures");
    await expectHover(workbench(), word(workbench(), "block"), "tensor");
    await workbench().runCommand("View: Close All Editors");
  });

  it("show their texts as texts among the runs, and in the log of one", async () => {
    const { page } = workbench();
    await workbench().runCommand("Medley: Focus on Runs View");
    await expectHover(workbench(), page.getByRole("treeitem", { name: /beacon\.example\/title/ }), "failure");
    await workbench().runCommand("Medley: Show Run Log");
    await workbench().pick("beacon.example/title");
    await workbench().preview().getByText("beacon.example/warning").first().waitFor();
    await workbench().screenshot("hostile-log");
  });
});

describe("Files of a trusted workspace", () => {
  const workbench = useWorkbench({ prepareWorkspace });
  watchRequests(workbench);

  it("show their texts as texts among the models", async () => {
    await workbench().runCommand("Medley: Focus on Models View");
    const model = workbench().page.getByRole("treeitem", { name: /^hostile,/ });
    await expectHover(workbench(), model, "general.name");
  });

  it("show their texts as texts in the plan of a merge", async () => {
    await workbench().openFile("hostile.merge.yml");
    await workbench().runCommand("Medley: Preview Merge Plan");
    await workbench().page.locator("iframe.webview.ready").waitFor();
    await workbench().screenshot("hostile-plan");
  });
});
