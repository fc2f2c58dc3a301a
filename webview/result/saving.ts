import { t } from "../../src/core/pages/texts.ts";
import type { ResultPage, ResultParams, ResultValue } from "../../src/core/results/messages.ts";
import { problemNotice, problemOf } from "../components/loading.ts";
import { fill, h } from "../dom.ts";
import type { Channel } from "../messaging.ts";

/** What a button has led to, also for those who do not see it. */
export class Outcome {
  readonly element = h("div", { role: "status", "aria-live": "polite", class: "notices" });

  /** Says what the action says when it is done, or what went wrong. */
  attempt(action: () => Promise<string>): void {
    fill(this.element);
    action().then(
      (text) => fill(this.element, text),
      (error: unknown) => fill(this.element, problemNotice(problemOf(error))),
    );
  }
}

/** Has the user choose where a file goes. Resolves with what came of it. */
export async function saveFile(channel: Channel<ResultPage>, file: ResultParams<"save">): Promise<string> {
  const { saved, path } = await channel.request("save", file);
  if (!saved) return t("Not saved.");
  return path === undefined ? t("Saved.") : t("Saved as {0}.", path);
}

/** Has the user choose a folder for several files. Resolves with what came of it. */
export async function saveFiles(
  channel: Channel<ResultPage>,
  files: ResultParams<"saveAll">["files"],
): Promise<string> {
  const { folder }: ResultValue<"saveAll"> = await channel.request("saveAll", { files });
  if (folder === null) return t("Not saved.");
  return files.length === 1 ? t("1 file saved in {0}.", folder) : t("{0} files saved in {1}.", files.length, folder);
}
