import { panelElementId, panelStateSchema, type PanelState } from "../src/core/results/messages.ts";

declare function acquireVsCodeApi(): { setState(state: PanelState): void };

/** Entry point of the panel: shows a result full-size. */
const element = document.getElementById(panelElementId)!;
const state = panelStateSchema.parse(JSON.parse(element.dataset["state"]!));
acquireVsCodeApi().setState(state);
element.textContent = state.runs.join(", ");
