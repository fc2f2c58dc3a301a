import { roundTo } from "../../checkpoint/floats.ts";
import type { Address, Kernels } from "../kernels/kernels.ts";
import { TensorBlocks, blockLength, blockMemory, copyInput } from "./blocks.ts";
import { ConfigurationError } from "../../errors.ts";
import type { MergeInput, MergeMethod, MergeTask, ParameterSpec, TaskOutline, TensorSink } from "./method.ts";
import type { VisitBlock } from "./magnitudes.ts";
import {
  booleanOf,
  int8MaskParameter,
  lambdaParameter,
  modelsOf,
  normalizeParameter,
  numberOf,
  requireBase,
  rescaleParameter,
  sumOfWeights,
  weightParameter,
  weightsOf,
} from "./parameters.ts";
import { drawsOf } from "./sparsifiers.ts";
import type { DeltaStream, Sparsifier, StartPass } from "./sparsifiers.ts";

/** What distinguishes one method of the task-vector family from another. */
export interface TaskVectorOptions {
  readonly name: string;
  readonly summary: string;
  /** What is dropped of every model's difference from the base. */
  readonly sparsifier?: Sparsifier;
  /** Whether only differences count whose sign is that of their weighted sum. */
  readonly consensus: boolean;
  readonly normalize: boolean;
  readonly rescale: boolean;
}

/** Below this, sums of absolute values are taken as zero and nothing is scaled. */
const smallestSum = 1e-7;

/**
 * A method that adds differences from the base model to it: sparsified, weighted, their signs elected (Yadav et al. 2023,
 * arXiv 2306.01708; Yu et al. 2023, arXiv 2311.03099; Deep et al. 2024, arXiv 2406.11617; Davari and Belilovsky 2023,
 * arXiv 2312.06795; Ilharco et al. 2022, arXiv 2212.04089).
 */
export function taskVectorMethod(options: TaskVectorOptions): MergeMethod {
  const { name, sparsifier } = options;
  const unused: ParameterSpec = {
    name: "density",
    scope: "model",
    type: "number",
    default: 1,
    ignored: true,
    documentation: "Accepted for compatibility; this method drops nothing.",
  };
  const blocksOf = (outline: Pick<TaskOutline, "inputs">) => outline.inputs.length + 1;
  return {
    name,
    summary: options.summary,
    models: { minimum: 0, maximum: 1000 },
    base: "required",
    parameters: [
      weightParameter,
      ...(sparsifier?.parameters ?? [unused]),
      lambdaParameter,
      normalizeParameter({ byDefault: options.normalize }),
      rescaleParameter({ byDefault: options.rescale, ignored: sparsifier === undefined }),
      int8MaskParameter,
    ],
    shapes: "base",
    promotion: "base",
    passes: ({ parameters }) => 1 + (sparsifier === undefined ? 0 : sparsifier.passes + (parameters.rescale ? 1 : 0)),
    draws(outline) {
      if (sparsifier === undefined) return 0;
      return modelsOf(outline.inputs).reduce((sum, model) => sum + drawsOf(sparsifier, outline, model.parameters), 0);
    },
    memory(outline) {
      const rows = sparsifier?.rows?.(outline.shape);
      const length = blockLength(outline.shape, blocksOf(outline), rows);
      const own = sparsifier?.memory(outline.shape, length) ?? 0;
      return blockMemory(outline, blocksOf(outline), rows) + outline.inputs.length * own;
    },
    merge(task, kernels, write) {
      kernels.memory.reserve(this.memory(task));
      new TaskVectors(task, kernels, write, options, blocksOf(task)).merge();
    },
  };
}

/** The computation of one tensor. */
class TaskVectors {
  private readonly blocks: TensorBlocks;
  private readonly base: MergeInput;
  private readonly models: readonly MergeInput[];
  private readonly baseBlock: Address;

  constructor(
    private readonly task: MergeTask,
    private readonly kernels: Kernels,
    private readonly write: TensorSink,
    private readonly options: TaskVectorOptions,
    blocks: number,
  ) {
    this.base = requireBase(task, options.name);
    this.models = modelsOf(task.inputs);
    const rows = options.sparsifier?.rows?.(task.shape);
    this.blocks = new TensorBlocks(task, kernels, write, { count: blocks, rows });
    this.baseBlock = this.blocks.allocate();
  }

  merge(): void {
    const { task, kernels } = this;
    const blocks = this.blocks;
    if (this.models.length === 0) {
      copyInput(task, kernels, this.write, this.base);
      return;
    }
    const deltas = this.models.map(() => blocks.allocate());
    const out = blocks.allocate();
    const weights = weightsOf(this.models, blocks.dtype);
    const sparsify = this.sparsifiers(out).map((start) => start());
    const lambda = numberOf(task.parameters, "lambda");
    const divide = booleanOf(task.parameters, "normalize");
    const divisor = divide ? this.divisor(weights) : undefined;
    blocks.forEach((start, n) => {
      blocks.load(this.base, start, n, this.baseBlock);
      for (const [index, model] of this.models.entries()) {
        this.subtract(model, start, n, deltas[index]!);
        sparsify[index]!(deltas[index]!, n);
      }
      if (this.options.consensus) {
        kernels.addAgreeingDeltas(blocks.dtype, deltas, weights, this.baseBlock, out, n, { divide, lambda });
      } else {
        kernels.addDeltas(blocks.dtype, deltas, weights, this.baseBlock, out, n, { divisor, lambda });
      }
      blocks.store(out, n);
    });
  }

  private divisor(weights: readonly number[]): number {
    const sum = sumOfWeights(weights, this.blocks.dtype);
    return Math.abs(sum) < 1e-8 ? 1 : sum;
  }

  /** The difference from the base, whose elements lie in the base block. */
  private subtract(model: MergeInput, start: number, n: number, into: Address): void {
    const { dtype } = this.blocks;
    this.blocks.load(model, start, n, into);
    this.kernels.binary(dtype, "subtract", into, this.baseBlock, into, n);
  }

  /** For each model what starts its pass. `scratch` is a block. */
  private sparsifiers(scratch: Address): StartPass[] {
    const { sparsifier } = this.options;
    const { random, parameters } = this.task;
    let drawn = 0;
    return this.models.map((model) => {
      if (sparsifier === undefined || numberOf(model.parameters, "density") >= 1) return () => () => {};
      const stream: DeltaStream = {
        tensor: this.task.name,
        model: model.model,
        shape: this.task.shape,
        dtype: this.blocks.dtype,
        kernels: this.kernels,
        parameters: model.parameters,
        blockLength: this.blocks.length,
        ...(random === undefined ? {} : { random: { seed: random.seed, offset: random.offset + drawn } }),
        forEachBlock: (visit) => this.forEachDelta(model, scratch, visit),
      };
      drawn += drawsOf(sparsifier, this.task, model.parameters);
      const start = sparsifier.prepare(stream);
      return booleanOf(parameters, "rescale") ? this.rescaled(stream, start, sparsifier) : start;
    });
  }

  private forEachDelta(model: MergeInput, scratch: Address, visit: VisitBlock): void {
    this.blocks.forEach((start, n) => {
      this.blocks.load(this.base, start, n, this.baseBlock);
      this.subtract(model, start, n, scratch);
      visit(scratch, n);
    });
  }

  /** What is left is scaled so that the sum of absolute values is what it was before. */
  private rescaled(stream: DeltaStream, start: StartPass, sparsifier: Sparsifier): StartPass {
    const { kernels } = this;
    const { dtype } = stream;
    let before = 0;
    let after = 0;
    const sparsify = start();
    stream.forEachBlock((block, n) => {
      before += kernels.sumAbsolute(dtype, block, n);
      sparsify(block, n);
      after += kernels.sumAbsolute(dtype, block, n);
    });
    const factor = scaleFactor(before, after, (value) => roundTo(sparsifier.scaleDtype(dtype), value));
    if (!Number.isFinite(factor)) throw overflow(stream, before);
    return () => {
      const drop = start();
      return (block, n) => {
        drop(block, n);
        if (factor !== 1) kernels.scalar(dtype, "multiply", block, factor, block, n);
      };
    };
  }
}

function scaleFactor(before: number, after: number, round: (value: number) => number): number {
  const [original, left] = [round(before), round(after)];
  return original < smallestSum || left < smallestSum ? 1 : round(original / left);
}

function overflow(stream: DeltaStream, sum: number): ConfigurationError {
  return new ConfigurationError(
    `${stream.tensor} of ${stream.model} cannot be rescaled: the sum of its differences, ${sum}, has no value in ${stream.dtype}.`,
    { hint: "Set dtype: float32 with out_dtype: float16, or rescale: false.", place: { field: stream.tensor } },
  );
}
