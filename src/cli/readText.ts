import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { decodeUtf8 } from "../core/benchmarks/encoding.ts";
import { FileError } from "../core/errors.ts";

/**
 * The text of a file.
 * @param file a path, or `-` for standard input
 * @throws FileError when it cannot be read, or is no UTF-8
 */
export async function readText(file: string): Promise<string> {
  const place = { file: file === "-" ? "standard input" : file };
  let bytes: Buffer;
  try {
    bytes = file === "-" ? await buffer(process.stdin) : await readFile(file);
  } catch (cause) {
    const isAbsent = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new FileError(isAbsent ? "The file does not exist." : "The file cannot be read.", {
      place,
      hint: isAbsent ? "Check how its name is written." : "Check its permissions, and that it is no folder.",
      cause,
    });
  }
  const text = decodeUtf8(bytes);
  // UTF-16 has a NUL in every Latin letter, and is UTF-8 all the same.
  if (text !== undefined && !text.includes("\0")) return text;
  throw new FileError("The file is not a text in UTF-8.", {
    place,
    hint: "Save it as UTF-8 first: what is read wrongly would not be noticed.",
  });
}
