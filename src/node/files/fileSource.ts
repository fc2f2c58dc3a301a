import { open, type FileHandle } from "node:fs/promises";
import type { ByteSource } from "../../core/checkpoint/byteSource.ts";
import { FileError } from "../../core/errors.ts";

/**
 * Opens a file for random access while `use` runs.
 * @throws FileError when the file cannot be read
 */
export async function withFileSource<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const handle = await open(path, "r").catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new FileError("This is not a regular file.", { place: { file: path } });
    return await use({
      name: path,
      size: status.size,
      read: (offset, length) => readExactly(handle, path, offset, length),
    });
  } finally {
    await handle.close();
  }
}

async function readExactly(handle: FileHandle, path: string, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle
      .read(bytes, filled, length - filled, offset + filled)
      .catch((cause: NodeJS.ErrnoException) => {
        throw unreadable(path, cause);
      });
    if (bytesRead === 0) {
      throw new FileError(`The file ends before byte ${offset + length}; it is incomplete or was changed meanwhile.`, {
        place: { file: path },
      });
    }
    filled += bytesRead;
  }
  return bytes;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "The file does not exist.",
  EACCES: "The file may not be read: permission denied.",
  EPERM: "The file may not be read: permission denied.",
  EISDIR: "This is a folder, not a file.",
};

function unreadable(path: string, cause: NodeJS.ErrnoException): FileError {
  const message = reasons[cause.code ?? ""] ?? `The file cannot be read: ${cause.message}`;
  return new FileError(message, { place: { file: path }, hint: "Check the path.", cause });
}
