import { z } from "zod";
import { DataError } from "../errors.ts";
import { parseJsonFile } from "./jsonFile.ts";

/** `model.safetensors.index.json`: which shard of a checkpoint holds which tensor. */
const safetensorsIndexSchema = z.object({
  metadata: z.object({ total_size: z.number().int().nonnegative().optional() }).loose().optional(),
  weight_map: z.record(z.string(), z.string()),
});

/**
 * Reads the text of an index file. Shards must be plain file names of the folder that holds the index.
 * @param file how messages name the index
 * @returns tensor name to shard file name
 * @throws DataError on anything else, a name that occurs twice and a shard outside the folder included
 */
export function parseSafetensorsIndex(text: string, file: string): ReadonlyMap<string, string> {
  const { weight_map: weightMap } = parseJsonFile(safetensorsIndexSchema, text, file);
  const shards = new Map(Object.entries(weightMap));
  for (const [tensor, shard] of shards) {
    if (!isPlainFileName(shard)) {
      throw new DataError(`The tensor "${tensor}" is said to lie in ${JSON.stringify(shard)}.`, {
        hint: "A shard must be a .safetensors file in the folder of the index.",
        place: { file, field: tensor },
      });
    }
  }
  return shards;
}

/** No separator, drive, parent or control character: the name cannot lead out of its folder on any system. */
function isPlainFileName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return name.endsWith(".safetensors") && !/[/\\:\u0000-\u001f]/.test(name) && !name.startsWith(".");
}

/** Text of an index file as the reference writes it: indented by two, tensors in the order given. */
export function formatSafetensorsIndex(totalSize: number, weightMap: ReadonlyMap<string, string>): string {
  const index = { metadata: { total_size: totalSize }, weight_map: Object.fromEntries(weightMap) };
  return JSON.stringify(index, null, 2) + "\n";
}
