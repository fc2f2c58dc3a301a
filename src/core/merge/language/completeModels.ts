import { snippetText, yamlScalar, type Completion } from "../../yaml/completion.ts";
import type { CursorPlace } from "../../yaml/cursorPlace.ts";
import type { LanguageContext } from "./languageContext.ts";
import { modelNodes, nameNode } from "./mergeDocument.ts";

/**
 * Models that may be named at the cursor: checkpoints on disk, the other merges of the file, and after a `+` adapters.
 * @param wanted `used`: only models that the document merges
 */
export async function completeModels(
  place: CursorPlace,
  context: LanguageContext,
  wanted: "checkpoint" | "adapter" | "used",
): Promise<Completion[]> {
  const used = [...new Set(modelNodes(place.root).map(({ value }) => value!))].filter(
    (path) => !path.includes("\uE000"),
  );
  if (wanted === "used") return used.map((path) => modelItem(place, "model", path, "a model of this merge"));
  const found = (await context.models?.()) ?? [];
  const plus = place.typed.indexOf("+");
  if (wanted === "adapter" || plus >= 0) {
    const from = wanted === "adapter" ? 0 : plus + 1;
    const at = {
      ...place,
      word: { start: place.word.start + from, end: place.word.end },
      quoted: place.quoted || from > 0,
    };
    return found
      .filter(({ kind }) => kind === "adapter")
      .map(({ path, detail }) => modelItem(at, "adapter", path, detail));
  }
  const merges = place.others.flatMap((root) => nameNode(root)?.value ?? []);
  const onDisk = found.filter(({ kind }) => kind === "checkpoint");
  return [
    ...merges.map((name) => modelItem(place, "merge", name, "a merge of this file")),
    ...onDisk.map(({ path, detail }) => modelItem(place, "model", path, detail)),
    ...used
      .filter((path) => !onDisk.some((model) => model.path === path) && !merges.includes(path))
      .map((path) => modelItem(place, "model", path, "a model of this merge")),
  ];
}

function modelItem(place: CursorPlace, kind: Completion["kind"], path: string, detail: string): Completion {
  const insert = snippetText(place.quoted ? path : yamlScalar(path));
  return { label: path, kind, detail, insert, range: place.word };
}
