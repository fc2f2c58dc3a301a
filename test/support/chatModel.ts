import { readFile } from "node:fs/promises";
import { withMetadata } from "./ggufPatch.ts";
import { value } from "./ggufWriter.ts";
import { modelFile } from "./models.ts";

/**
 * The sample model, which tells stories, as a file with a chat template.
 * @param contextLength that the file declares; its own, 512, when absent
 */
export async function chatModel(template: string, contextLength?: number): Promise<Buffer> {
  const file = await readFile(await modelFile("stories260k.f32"));
  if (contextLength !== undefined) {
    const key = "llama.context_length";
    // Behind the key comes the number of its type.
    file.writeUInt32LE(contextLength, file.indexOf(key) + key.length + 4);
  }
  return Buffer.from(withMetadata(file, "tokenizer.chat_template", value.string(template)));
}
