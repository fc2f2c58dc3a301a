import assert from "node:assert/strict";
import { chatMessages, conversationMarkdown, type Turn } from "../../../src/core/chat/conversation.ts";
import { instructionOf, slashCommands } from "../../../src/core/chat/slashCommands.ts";

const turn: Turn = {
  question: "/explain",
  instruction: "Explain the text.",
  answer: "<think>Hm.</think>It is a dose.",
  model: "SmolLM2",
  ending: "whole",
};

describe("A conversation", () => {
  it("begins with the text, and leaves earlier thinking out", () => {
    assert.deepEqual(chatMessages({ text: "5 mg", turns: [turn] }, "Why?"), [
      { role: "user", content: "Explain the text.\n\n<text>\n5 mg\n</text>" },
      { role: "assistant", content: "It is a dose." },
      { role: "user", content: "Why?" },
    ]);
  });

  it("leaves out turns without an answer, so that the roles take turns", () => {
    const failed: Turn = { ...turn, answer: "", ending: "error", error: "x" };
    assert.deepEqual(chatMessages({ text: "", turns: [failed] }, "Why?"), [{ role: "user", content: "Why?" }]);
  });

  it("is written as Markdown", () => {
    const conversation = { version: 1, id: "1", uri: "file:///a", span: { start: 0, end: 4 }, text: "5 mg\n" } as const;
    assert.equal(
      conversationMarkdown({ ...conversation, turns: [turn] }),
      "> 5 mg\n\n## /explain\n\nIt is a dose.\n\n— SmolLM2\n",
    );
  });
});

describe("Slash commands", () => {
  it("stand for what the model is asked", () => {
    assert.match(instructionOf("/translate French"), /Translate the text into French\./);
    assert.match(instructionOf(" /Summarize"), /in a few sentences/);
    assert.equal(instructionOf(" What is 5/6? "), "What is 5/6?");
  });

  it("are listed where one does not exist", () => {
    assert.throws(() => instructionOf("/sumarize"), {
      message: "There is no command /sumarize.",
      hint: `There are ${slashCommands.map(({ name }) => `/${name}`).join(", ")}.`,
    });
  });
});
