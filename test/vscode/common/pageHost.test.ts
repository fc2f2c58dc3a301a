import assert from "node:assert/strict";
import { z } from "zod";
import { RunError } from "../../../src/core/errors.ts";
import { pageTexts, type PageContract } from "../../../src/core/pages/contract.ts";
import { openChannel } from "../../../webview/messaging.ts";
import { editor } from "../editor.ts";

const { PageHost } = await import("../../../src/vscode/common/pageHost.ts");
type Log = ConstructorParameters<typeof PageHost>[3];

const contract = {
  requests: {
    ...pageTexts,
    half: { params: z.object({ of: z.int() }), value: z.int() },
    fail: { params: z.object({ how: z.enum(["run", "defect"]) }), value: z.null() },
  },
  notifications: { changed: z.object({ what: z.string() }) },
} as const satisfies PageContract;

describe("The way between a page and its host", () => {
  function connect() {
    const logged: string[] = [];
    const log = { warn: (text: string) => logged.push(text), error: (text: string) => logged.push(text) };
    const host = new PageHost<typeof contract>(
      contract,
      "test",
      {
        half: ({ of }) => of / 2,
        fail: ({ how }) => {
          if (how === "defect") throw new TypeError("x is undefined");
          throw new RunError("The run is gone.", { hint: "Copy it back.", remedy: { action: "listRuns" } });
        },
      },
      log as unknown as Log,
    );
    let receive: (message: unknown) => void = () => undefined;
    const channel = openChannel(contract, {
      send: (message) => void host.answer(message, () => undefined).then((answer) => answer && receive(answer)),
      receive: (listener) => (receive = listener),
    });
    return { host, channel, logged, say: (message: unknown) => receive(message) };
  }

  it("answers each request with its own value, in whatever order", async () => {
    const { channel } = connect();
    const asked = [channel.request("half", { of: 4 }), channel.request("half", { of: 6 })];
    assert.deepEqual(await Promise.all(asked), [2, 3]);
  });

  it("gives every page the texts of the editor's language", async () => {
    const { channel } = connect();
    assert.deepEqual(await channel.request("texts", {}), {});
    editor.l10n.bundle = { Results: "Ergebnisse" };
    try {
      assert.deepEqual(await channel.request("texts", {}), { Results: "Ergebnisse" });
    } finally {
      editor.l10n.bundle = undefined;
    }
  });

  it("refuses at the host what is no request, and tells the page so where it can", async () => {
    const { host, logged } = connect();
    for (const wrong of [
      { type: "half", id: 1, of: "4" },
      { type: "half", id: 1, of: 4, command: "x" },
      { type: "toString", id: 1 },
    ]) {
      const answer = await host.answer(wrong, () => undefined);
      assert.equal(answer?.ok === false && answer.error.code, "message.invalid", JSON.stringify(wrong));
    }
    assert.equal(await host.answer({ source: "another extension" }, () => undefined), undefined);
    assert.equal(logged.length, 4);
  });

  it("refuses at the page an answer that has not the form agreed on", async () => {
    const { channel } = connect();
    await assert.rejects(channel.request("half", { of: 3 }), /The answer to the request "half" cannot be read/);
  });

  it("passes on what went wrong, with what to do in the editor's words", async () => {
    const { channel } = connect();
    await assert.rejects(channel.request("fail", { how: "run" }), {
      message: "The run is gone.",
      hint: "Copy it back. The runs of the open folders are in the view Medley: Runs.",
      code: "run.unusable",
    });
    await assert.rejects(channel.request("fail", { how: "defect" }), { code: "defect", message: /x is undefined/ });
  });

  it("brings notifications, and nothing else that comes by the same way", () => {
    const { channel, say } = connect();
    const heard: string[] = [];
    const stop = channel.onNotification(({ what }) => heard.push(what));
    for (const message of [{ type: "changed", what: "a" }, { type: "changed" }, { type: "other", what: "b" }, "c"])
      say(message);
    stop();
    say({ type: "changed", what: "d" });
    assert.deepEqual(heard, ["a"]);
  });
});
