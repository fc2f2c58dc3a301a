import { readGgufHeader } from "../../core/checkpoint/gguf.ts";
import { describeHeader, type ModelHeader } from "../../core/models/modelHeader.ts";
import { withFileSource } from "../files/fileSource.ts";

/**
 * What a GGUF file says about its model. Reads the header only and starts no process.
 * @throws FileError when the file is absent, damaged, incomplete, or not a whole model in the GGUF format
 */
export function readModelHeader(path: string): Promise<ModelHeader> {
  return withFileSource(path, async (source) => describeHeader(await readGgufHeader(source), path));
}
