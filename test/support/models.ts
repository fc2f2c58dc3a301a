import { access, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = join(root, "test/fixtures/models");

export type TestModel = "stories260k.f32" | "nano-mistral.f32" | "nano-mistral.q4_k_m" | "nano-gpt2.f32";

/** Path of a test model's GGUF file, which is unpacked on first use. */
export async function modelFile(name: TestModel): Promise<string> {
  if (name === "stories260k.f32") return join(root, "samples/models/stories260k.f32.gguf");
  const path = join(folder, `${name}.gguf`);
  const present = await access(path).then(
    () => true,
    () => false,
  );
  if (!present) {
    // Another test process may unpack the same file: the rename makes it appear whole.
    const temporary = `${path}.${process.pid}.tmp`;
    await writeFile(temporary, await promisify(brotliDecompress)(await readFile(`${path}.br`)));
    await rename(temporary, path);
  }
  return path;
}
