import { basename } from "node:path";
import type { ModelHeader } from "../../../core/models/modelHeader.ts";
import { modelNotices } from "../../../core/models/modelNotices.ts";
import type { ModelOverview } from "../../../core/models/modelOverview.ts";

/** Name of a model's file without what all have, which tells variants of a model apart. */
export function ggufName(path: string): string {
  return basename(path).replace(/(-\d{5}-of-\d{5})?\.gguf$/i, "");
}

/** What lists tell of a model in a GGUF file. */
export function ggufOverview(path: string, header: ModelHeader): ModelOverview {
  const { name = basename(path), fileBytes: bytes, chatTemplate, ...rest } = header;
  const { architecture, quantization, parameterCount, trainContextLength } = rest;
  const hasChatTemplate = chatTemplate !== undefined;
  const notices = modelNotices(header, []);
  return { name, architecture, quantization, parameterCount, trainContextLength, bytes, hasChatTemplate, notices };
}
