import * as vscode from "vscode";
import { mergeFolder } from "./mergeDocuments.ts";
import { placesOf } from "../../node/merge/lookUpModels.ts";
import { messages } from "../common/messages.ts";

/** Says where a model that was not found has been looked for, and how it gets there. */
export async function showModelPlaces(model: string, configuration: vscode.Uri): Promise<void> {
  const folder = mergeFolder({ uri: configuration }) ?? "";
  const places = placesOf(model, { folder });
  const detail = [
    vscode.l10n.t("Medley has looked for the folder of a checkpoint, with config.json and .safetensors files, at:"),
    places.map((place) => `• ${place}`).join("\n"),
    places.length > 1
      ? vscode.l10n.t(
          "Medley downloads nothing. The Hugging Face tools put the model into their cache with: hf download {0}. A model elsewhere on this machine is named by its path.",
          model,
        )
      : vscode.l10n.t("Relative paths start from the folder of the configuration."),
  ].join("\n\n");
  const copy = vscode.l10n.t("Copy Download Command");
  const actions = places.length > 1 ? [copy] : [];
  const message = vscode.l10n.t("{0} is not on this machine.", model);
  const chosen = await messages.inform(message, { modal: true, detail }, ...actions);
  if (chosen === copy) await vscode.env.clipboard.writeText(`hf download ${model}`);
}
