import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Locator } from "playwright-core";
import { chatModel } from "../../support/chatModel.ts";
import { until } from "../../support/until.ts";
import { repeat, useWorkbench } from "./workbench.ts";

const sentence = "The patient takes 5 mg of warfarin.";
const note = `Discharge note\n\n${sentence}\nNo bleeding.\n`;
/** The sample model tells stories, which this makes the beginning of an answer. */
const template = "{{ bos_token }}{% for message in messages %}{{ message.content }}\n{% endfor %}Once upon a time";

describe("A conversation in the editor", () => {
  const workbench = useWorkbench({
    async prepareWorkspace(folder) {
      await writeFile(path.join(folder, "storyteller.gguf"), await chatModel(template));
      // Long enough to be stopped.
      await writeFile(path.join(folder, "rambler.gguf"), await chatModel(template, 4096));
      await writeFile(path.join(folder, "note.md"), note);
    },
  });

  const thread = (): Locator => workbench().page.locator(".review-widget").first();
  const answer = (): Locator =>
    thread()
      .locator(".review-comment", { hasText: /tokens in \d|stopped/ })
      .last();
  const line = (text: string): Locator =>
    workbench().page.locator(".editor-instance > .monaco-editor .view-line", { hasText: text }).first();
  const lens = (title: string): Locator => workbench().page.locator(".codelens-decoration a", { hasText: title });

  async function reply(text: string): Promise<void> {
    await thread().locator(".review-thread-reply-button").click();
    await thread().locator(".comment-form .monaco-editor.focused").waitFor();
    await workbench().page.keyboard.type(text);
    await workbench().page.keyboard.press("Control+Enter");
  }

  async function act(title: string): Promise<void> {
    await answer().hover();
    await answer().getByRole("button", { name: title }).click();
  }

  /** What the file holds once it has been saved as it is to be. */
  async function saved(isRight: (text: string) => boolean): Promise<string> {
    await workbench().page.keyboard.press("Control+S");
    return until("the file as it is to be", async () => {
      const text = await readFile(path.join(workbench().server.workspace, "note.md"), "utf8");
      return isRight(text) && text;
    });
  }

  it("opens at the selection by a key, with the cursor in its box", async () => {
    const { page } = workbench();
    await workbench().openFile("note.md");
    // The mark of lines that can be asked about: the extension is there, and so is its key.
    await page.locator(".comment-range-glyph").first().waitFor({ state: "attached" });
    await repeat(async (patience) => {
      await line(sentence).click(patience);
      await page.keyboard.press("Home");
      await page.keyboard.press("Shift+End");
      await page.keyboard.press("Control+Alt+J");
      await thread().locator(".comment-form .monaco-editor.focused").waitFor(patience);
    });
    await page.keyboard.type("/");
    await page.locator(".suggest-widget.visible").getByText("/simplify").waitFor();
    await workbench().screenshot("chat-commands");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Backspace");
  });

  it("answers with the model that is picked, and says what it took", async () => {
    const { page } = workbench();
    await page.keyboard.type("What is the dose?");
    await page.keyboard.press("Control+Enter");
    await workbench().pick("storyteller.gguf");
    await answer().getByText("there was").waitFor();
    await thread()
      .getByText(/512 of 512 tokens used/)
      .waitFor();
    await workbench().screenshot("chat-answer");
  });

  it("says that the window is full where nothing more fits, and cuts nothing", async () => {
    await reply("And why?");
    await thread()
      .getByText(/leaves no room for an answer/)
      .waitFor();
  });

  it("goes on with another model, and stops when it is asked to", async () => {
    await thread().getByRole("button", { name: "Change Model…" }).click();
    await workbench().pick("rambler.gguf");
    await thread().getByText("rambler").first().waitFor();
    await reply("Tell me more.");
    await thread().locator(".review-comment", { hasText: "answering" }).waitFor();
    // No click of the mouse: that waits until nothing moves, and the answer grows.
    await thread().getByRole("button", { name: "Stop" }).dispatchEvent("click");
    await thread().locator(".review-comment", { hasText: "stopped" }).waitFor();
    await thread().locator(".review-thread-reply-button").waitFor();
  });

  it("puts an answer in the place of the text once it is accepted, in one step", async () => {
    const { page } = workbench();
    await act("Apply to Text…");
    await lens("Accept").waitFor();
    await line(sentence).waitFor();
    await workbench().screenshot("chat-proposal");
    await page.keyboard.press("Control+Shift+Enter");
    await lens("Accept").waitFor({ state: "detached" });
    const accepted = await saved((text) => !text.includes(sentence));
    assert.match(accepted, /^Discharge note\n\n\S[^]*there was[^]*\S\nNo bleeding\.\n$/);
    await page.keyboard.press("Control+Z");
    await saved((text) => text === note);
  });

  it("leaves the text as it is when an answer is rejected", async () => {
    await act("Apply to Text…");
    await lens("Reject").click();
    await lens("Reject").waitFor({ state: "detached" });
    assert.equal(await line(sentence).count(), 1);
  });

  it("is there again after the window was reloaded, until it is closed", async () => {
    const { page } = workbench();
    await workbench().reloadWindow();
    await page.locator(".comment-thread").first().click();
    await thread().getByText("What is the dose?").waitFor();
    await thread().getByRole("button", { name: "Close Conversation" }).click();
    await thread().waitFor({ state: "detached" });
  });
});
