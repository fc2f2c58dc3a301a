import { homedir } from "node:os";
import { join } from "node:path";

/** Where the Hugging Face tools keep what they have downloaded, by their own environment variables. */
export function hubCacheFolder(): string {
  return process.env.HF_HUB_CACHE ?? join(process.env.HF_HOME ?? join(homedir(), ".cache", "huggingface"), "hub");
}

/** Folder of a model in that cache, from its id `ORG/NAME`. */
export function hubModelFolder(id: string): string {
  return join(hubCacheFolder(), `models--${id.replace("/", "--")}`);
}
