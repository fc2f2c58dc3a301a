import { ConfigurationError } from "../../core/errors.ts";
import { dtypeBytes, isFloatDtype } from "../../core/checkpoint/dtype.ts";
import { elementsAt } from "../../core/checkpoint/elements.ts";
import type { Kernels } from "../../core/merge/kernels/kernels.ts";
import type { TensorSource } from "../../core/checkpoint/tensorSource.ts";
import type { MergeMethod } from "../../core/merge/methods/method.ts";
import { CroppedSource } from "../../core/checkpoint/sources/croppedSource.ts";
import { isWorkSource, LoraSource } from "../../core/checkpoint/sources/loraSource.ts";
import { NoisySource } from "../../core/merge/sources/noisySource.ts";
import { RowMappedSource, type StoredEmbedding } from "../../core/merge/sources/rowMappedSource.ts";
import type { JobInput, MergeContext, TensorJob } from "./mergeJob.ts";
import { unusableType, writeRange, type FileTensor, type TensorFiles } from "../checkpoint/tensorFiles.ts";

/** What a thread computes all tensors of a merge with. */
export interface MergeTools {
  readonly context: MergeContext;
  readonly method: MergeMethod;
  readonly kernels: Kernels;
  readonly files: TensorFiles;
}

/**
 * Computes one output tensor and writes it to its place in the shard.
 * @param onBytes called with the number of output bytes written since the last call
 * @throws MedleyError when a file cannot be read or written or the inputs do not suit the method
 */
export function mergeTensor(job: TensorJob, tools: MergeTools, onBytes: (count: number) => void): void {
  const written = writeRange(job.output.file, job.output.offset, (write) => {
    const report = (bytes: Uint8Array) => {
      write(bytes);
      onBytes(bytes.length);
    };
    if (job.data !== undefined) report(job.data);
    else if (job.work === undefined) copyTensor(job, tools.files, report);
    else compute(job, job.work, tools, report);
  });
  if (written !== job.output.byteLength) {
    throw new Error(`${job.name}: ${written} bytes were computed, ${job.output.byteLength} were planned`);
  }
}

function compute(
  job: TensorJob,
  work: NonNullable<TensorJob["work"]>,
  { context, method, kernels, files }: MergeTools,
  write: (bytes: Uint8Array) => void,
): void {
  const inputs = job.inputs.map(({ modelName, isBase, parameters }, index) => ({
    model: modelName,
    isBase,
    parameters,
    source: inputSource(job, index, context, files),
  }));
  const { name, shape, parameters, random } = job;
  const task = {
    name,
    shape,
    inputs,
    parameters,
    numerics: context.numerics,
    workDtype: work.dtype,
    outputDtype: work.output,
    ...(random === undefined ? {} : { random }),
  };
  method.merge(task, kernels, write);
}

/** An input in the shape of the output: adapter fused, rows in the order of the vocabulary, cut to size. */
function inputSource(job: TensorJob, index: number, context: MergeContext, files: TensorFiles): TensorSource {
  const input = job.inputs[index]!;
  const fused = noisySource(fusedSource(input, files), input);
  if (job.usesRowMaps) return rowMappedSource(job, input, context, files);
  if (job.shape.length !== 2 || input.shape[1] === job.shape[1]) return fused;
  return new CroppedSource(fused, input.shape[1]!, job.shape[1]!);
}

function noisySource(source: TensorSource, { noise, ...input }: JobInput): TensorSource {
  if (noise === undefined) return source;
  if (!isWorkSource(source)) throw unusableType(input);
  return new NoisySource(source, noise.scale, noise.seed);
}

function rowMappedSource(job: TensorJob, input: JobInput, context: MergeContext, files: TensorFiles): TensorSource {
  const embeddingOf = (model: number): StoredEmbedding => {
    const other = job.inputs.find((candidate) => candidate.model === model);
    if (other === undefined) {
      throw new ConfigurationError(`${job.name} takes rows from a model that is not part of its slice.`, {
        place: { field: "tokenizer" },
      });
    }
    return storedEmbedding(other, files);
  };
  const own = storedEmbedding(input, files);
  return new RowMappedSource(context.castDtype ?? own.source.dtype, own, context.rowMaps![input.model]!, embeddingOf);
}

function storedEmbedding(input: JobInput, files: TensorFiles): StoredEmbedding {
  const source = fusedSource(input, files);
  if (!isWorkSource(source)) throw unusableType(input);
  return { source, columns: input.shape[1]! };
}

function fusedSource(input: JobInput, files: TensorFiles): TensorSource {
  const source = files.source(input);
  const { lora } = input;
  if (lora === undefined) return source;
  if (!isWorkSource(source)) throw unusableType(input);
  const magnitude = lora.magnitude === undefined ? {} : { magnitude: readFloats(lora.magnitude, files) };
  const factors = { a: readFloats(lora.a, files), b: readFloats(lora.b, files), ...magnitude };
  return new LoraSource(source, [input.shape[0]!, input.shape[1]!], lora.target, factors);
}

function readFloats(tensor: FileTensor, files: TensorFiles): Float32Array {
  const bytes = files.readAll(tensor);
  const { dtype } = tensor;
  if (!isFloatDtype(dtype) || dtype === "F64") throw unusableType(tensor);
  const elements = elementsAt(bytes.buffer, dtype, 0);
  return Float32Array.from({ length: bytes.length / dtypeBytes[dtype] }, (_, index) => elements.get(index));
}

const copyBlock = 1 << 20;

function copyTensor(job: TensorJob, files: TensorFiles, write: (bytes: Uint8Array) => void): void {
  const buffer = new Uint8Array(copyBlock);
  for (let done = 0; done < job.output.byteLength;) {
    const part = buffer.subarray(0, Math.min(copyBlock, job.output.byteLength - done));
    files.read(job.inputs[0]!, done, part);
    write(part);
    done += part.length;
  }
}
