import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { ConfigurationError, FileError } from "../../core/errors.ts";
import { dtypeBytes, isFloatDtype, type Dtype } from "../../core/checkpoint/dtype.ts";
import type { TensorSource } from "../../core/checkpoint/tensorSource.ts";
import { writeError } from "../files/writeError.ts";

/** A stored tensor: all that it takes to read it. */
export interface FileTensor {
  readonly file: string;
  readonly offset: number;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** Weight files that a worker thread keeps open. Reads block, as the kernels that ask for them do. */
export class TensorFiles {
  private readonly descriptors = new Map<string, number>();

  /** @throws ConfigurationError when the tensor is not floating-point */
  source(tensor: FileTensor): TensorSource {
    const { dtype } = tensor;
    if (!isFloatDtype(dtype)) throw unusableType(tensor);
    return { dtype, read: (start, into) => this.read(tensor, start * dtypeBytes[dtype], into) };
  }

  /** Fills `into` with bytes of a tensor of any type, from byte `start` of it on. */
  read({ file, offset }: FileTensor, start: number, into: Uint8Array): void {
    readFully(this.open(file), file, offset + start, into);
  }

  /** All elements of a small floating-point tensor. */
  readAll(tensor: FileTensor): Uint8Array<ArrayBuffer> {
    const elements = tensor.shape.reduce((product, size) => product * size, 1);
    const bytes = new Uint8Array(elements * dtypeBytes[tensor.dtype]);
    this.read(tensor, 0, bytes);
    return bytes;
  }

  private open(file: string): number {
    let descriptor = this.descriptors.get(file);
    if (descriptor === undefined) {
      try {
        descriptor = openSync(file, "r");
      } catch (cause) {
        throw new FileError(`The file cannot be read: ${(cause as Error).message}`, { place: { file }, cause });
      }
      this.descriptors.set(file, descriptor);
    }
    return descriptor;
  }

  close(): void {
    for (const descriptor of this.descriptors.values()) closeSync(descriptor);
    this.descriptors.clear();
  }
}

export function unusableType({ file, dtype }: FileTensor): ConfigurationError {
  return new ConfigurationError(`A tensor of type ${dtype} cannot be combined with others.`, { place: { file } });
}

function readFully(descriptor: number, file: string, position: number, into: Uint8Array): void {
  for (let filled = 0; filled < into.length;) {
    let count: number;
    try {
      count = readSync(descriptor, into, filled, into.length - filled, position + filled);
    } catch (cause) {
      throw new FileError(`The file cannot be read: ${(cause as Error).message}`, { place: { file }, cause });
    }
    if (count === 0) {
      throw new FileError("The file is shorter than when its header was read.", {
        hint: "Do not change the models while they are merged; run the merge again.",
        place: { file },
      });
    }
    filled += count;
  }
}

/**
 * Calls `produce` with a function that appends to a part of an existing file.
 * @throws RunError when the bytes cannot be written
 */
export function writeRange(
  file: string,
  offset: number,
  produce: (write: (bytes: Uint8Array) => void) => void,
): number {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r+");
  } catch (cause) {
    throw writeError(file, cause);
  }
  let position = offset;
  try {
    produce((bytes) => {
      try {
        for (let done = 0; done < bytes.length;) {
          done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
        }
      } catch (cause) {
        throw writeError(file, cause);
      }
      position += bytes.length;
    });
  } finally {
    closeSync(descriptor);
  }
  return position - offset;
}
