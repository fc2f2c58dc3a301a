import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Frame, FrameLocator, Locator, Page } from "playwright-core";
import { until } from "../../support/until.ts";
import { repository } from "../codeServer.ts";
import { repeat, type Workbench } from "./workbench.ts";

const axe = path.join(repository, "node_modules/axe-core/axe.min.js");

export interface Item {
  readonly item: string;
  readonly benchmark: string;
  readonly correct: boolean;
  readonly subject?: string;
  readonly promptTokens: number;
  readonly shots: readonly string[];
}

/** What a person does with the pages of a result, and what they say to it. */
export function resultPages(workbench: () => Workbench) {
  const page = (): Page => workbench().page;
  const folder = (name = ""): string => path.join(workbench().server.workspace, name);
  const panel = (): FrameLocator => workbench().preview();
  const row = (text: string | RegExp): Locator =>
    page()
      .locator(".pane", { has: page().getByLabel("Runs Section") })
      .getByRole("treeitem", { name: text });
  const tab = (name: string): Locator => panel().getByRole("tab", { name, exact: true });

  async function frame(): Promise<Frame> {
    const body = await panel().locator("body").elementHandle();
    return (await body!.ownerFrame())!;
  }

  /** Puts the keyboard's focus on the tab, and lets the page settle. */
  async function openTab(name: string): Promise<void> {
    await tab(name).click();
    await panel().locator("[aria-busy]").waitFor({ state: "detached" });
  }

  /** @param kind what the window's element then has as a class */
  async function colorTheme(name: string, kind: string): Promise<void> {
    await mkdir(folder(".vscode"), { recursive: true });
    await writeFile(folder(".vscode/settings.json"), JSON.stringify({ "workbench.colorTheme": name }));
    await page().locator(`.monaco-workbench.${kind}`).waitFor();
  }

  /** Answers the editor's own dialog for a file or a folder. */
  async function choosePath(target: string): Promise<void> {
    const widget = page().locator(".quick-input-widget");
    const input = widget.locator("input[type=text]");
    await widget.waitFor({ state: "visible" });
    // The dialog proposes a path once it has read the folder.
    await page().locator(".quick-input-list .monaco-list-row").first().waitFor();
    await until("the proposed path", async () => (await input.inputValue()).startsWith(folder()));
    await input.fill(target);
    await repeat(async (patience) => {
      // It takes no answer while it looks at what was written.
      await page().keyboard.press("Enter");
      await widget.waitFor({ state: "hidden", ...patience });
    });
  }

  /** What axe finds wrong in the page as it is, in a line each. */
  async function accessibilityProblems(): Promise<string[]> {
    const inside = await frame();
    await inside.evaluate(await readFile(axe, "utf8"));
    const options = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] };
    const code = `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations.map(
      ({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 200) + " " + failureSummary).join(" | ")))`;
    return (await inside.evaluate(code)) as string[];
  }

  /** What the two runs have of a benchmark, in the same order. */
  async function itemsOf(benchmark: string): Promise<Item[][]> {
    const runs = [await runNamed(/ar-tiny\.gguf/), await runNamed(/other\.gguf/)];
    const texts = await Promise.all(runs.map((run) => read(`runs/${run}/items.jsonl`)));
    return texts.map((text) =>
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Item)
        .filter((item) => item.benchmark === benchmark)
        .sort((a, b) => (a.item < b.item ? -1 : 1)),
    );
  }

  async function runNamed(name: RegExp): Promise<string> {
    return (await readdir(folder("runs"))).find((each) => name.test(each))!;
  }

  const read = (name: string): Promise<string> => readFile(folder(name), "utf8");

  /** The item list says that it has so many items. */
  async function shows(total: number): Promise<void> {
    await panel()
      .locator(".count", { hasText: new RegExp(`^${total} items?( match)?$`) })
      .waitFor();
  }

  /** Tab by Tab to the element of this name. */
  async function focusOn(label: string, key = "Tab"): Promise<void> {
    for (let presses = 0; presses < 40; presses++) {
      if ((await focused()).includes(label)) return;
      await page().keyboard.press(key);
    }
    assert.fail(`${label} is not reached by ${key}; the focus is on ${(await focused()).join(" > ")}`);
  }

  /** Names of the focused element and of those around it in the page's trees. */
  async function focused(): Promise<string[]> {
    return (await (
      await frame()
    ).evaluate(`{
      const names = [];
      for (let at = document.activeElement; at; at = at.shadowRoot?.activeElement) names.push(at.getAttribute("aria-label"));
      names;
    }`)) as string[];
  }

  /** Chooses in a list by the arrow keys. */
  async function choose(label: string, wanted: string): Promise<void> {
    if (!(await focused()).includes(label)) await focusOn(label);
    const list = panel().getByRole("combobox", { name: label });
    const index = (await list.locator(":scope > *").allTextContents()).indexOf(wanted);
    assert.ok(index >= 0, `${wanted} is offered`);
    await page().keyboard.press("Home");
    await chooses(list, 0);
    for (let presses = 0; presses < index; presses++) await page().keyboard.press("ArrowDown");
    await chooses(list, index);
    // Back to the first, so that the next one is reached by Tab.
    await panel().getByRole("tab", { selected: true }).focus();
  }

  async function chooses(list: Locator, index: number): Promise<void> {
    const selected = (): Promise<unknown> => list.evaluate((element) => (element as HTMLSelectElement).selectedIndex);
    await until(`choice ${index}`, async () => (await selected()) === index);
  }

  /** Goes to the list of items, once there are some. */
  async function focusOnItems(): Promise<void> {
    await panel().locator(".list-rows .list-row").first().waitFor();
    await panel().getByRole("grid").focus();
  }

  /** Saves by a button of the page and the editor's dialog. */
  async function save(label: string, name: string, outcome = /Saved as/): Promise<void> {
    await panel().getByRole("button", { name: label }).click();
    await choosePath(folder(name));
    await panel().getByText(outcome).filter({ visible: true }).waitFor();
  }

  async function injectedNothing(): Promise<void> {
    const inside = await frame();
    const found = await inside.evaluate(`{
      const elements = [];
      const collect = (root) => {
        for (const element of root.querySelectorAll("*")) {
          if (element.matches("img, iframe, object, embed, a[href], form, [onload], [onerror], [onclick], body script:not([nonce])"))
            elements.push(element.outerHTML.slice(0, 200));
          if (element.shadowRoot) collect(element.shadowRoot);
        }
      };
      collect(document);
      elements.filter((html) => !html.startsWith("<script async=") && !html.startsWith('<script type="module"'));
    }`);
    assert.deepEqual(found, []);
    assert.equal(await inside.evaluate("globalThis.hacked"), undefined);
    assert.equal(await page().evaluate("globalThis.hacked"), undefined);
  }

  return {
    page,
    folder,
    panel,
    row,
    tab,
    frame,
    openTab,
    colorTheme,
    accessibilityProblems,
    itemsOf,
    runNamed,
    read,
    shows,
    focusOn,
    choose,
    focusOnItems,
    save,
    injectedNothing,
  };
}
