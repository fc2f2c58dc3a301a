import assert from "node:assert/strict";
import "../editor.ts";

const { withoutLinks } = await import("../../../src/vscode/common/messages.ts");

/** What VS Code makes a link of in a notification (`parseLinkedText` in src/vs/base/common/linkedText.ts). */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

describe("Notifications", () => {
  for (const text of [
    "a [run](command:workbench.action.quit) b",
    "[x](https://beacon.example/1)[y](file:///etc/passwd 'z')",
    "[[x](command:a)](command:b)",
  ]) {
    it(`have no link of a file's making: ${text}`, () => {
      assert.match(text, link);
      const shown = withoutLinks(text);
      assert.doesNotMatch(shown, link);
      assert.equal(shown.replaceAll("\u2060", ""), text);
    });
  }
});
