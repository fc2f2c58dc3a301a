import type { TensorSource } from "../../checkpoint/tensorSource.ts";
import type { WorkDtype } from "../../checkpoint/dtype.ts";
import type { Kernels } from "../kernels/kernels.ts";

/**
 * `classic` rounds every intermediate result to the work dtype, as mergekit 0.1.4 does on a CPU;
 * `fp32` computes in single precision whatever the inputs' dtype and rounds once, at the end.
 */
export type Numerics = "classic" | "fp32";

/** A resolved parameter: gradients and conditions are evaluated, defaults are filled in. `null` is "not given". */
export type ParameterValue = number | boolean | null;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

export interface ParameterSpec {
  readonly name: string;
  /** `model`: one value for each model (never needed for the base model); `shared`: one value for the tensor. */
  readonly scope: "model" | "shared";
  readonly type: "number" | "integer" | "boolean";
  /** Absent: the parameter must be given at some level. `null`: it may be left out and has no value then. */
  readonly default?: ParameterValue;
  /** Inclusive bounds outside of which a value makes no sense. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly documentation: string;
  /** Accepted for compatibility, without an effect. */
  readonly ignored?: boolean;
}

/** Receives the result in row-major order: every element once, ascending. `bytes` is only valid during the call. */
export type TensorSink = (bytes: Uint8Array) => void;

export interface MergeInput {
  /** Name of the model in messages. */
  readonly model: string;
  readonly isBase: boolean;
  /** Already in the shape of the output (see `layout.ts`). */
  readonly source: TensorSource;
  /** Values of the parameters of scope `model`. */
  readonly parameters: ParameterValues;
}

/** The position of a tensor in the random stream of a merge: MT19937, seeded once, one 32-bit word a draw. */
export interface RandomPosition {
  /** 0 … 2^32 − 1. */
  readonly seed: number;
  /** Draws that the tensors before this one consume. */
  readonly offset: number;
}

/** All that it takes to compute one output tensor. */
export interface MergeTask {
  /** Name of the output tensor, for messages. */
  readonly name: string;
  readonly shape: readonly number[];
  /** In document order, with the base model where it stands there. */
  readonly inputs: readonly MergeInput[];
  /** Values of the parameters of scope `shared`. */
  readonly parameters: ParameterValues;
  readonly numerics: Numerics;
  readonly workDtype: WorkDtype;
  readonly outputDtype: WorkDtype;
  /** Required by methods whose `draws` is not 0. */
  readonly random?: RandomPosition;
}

/** What the plan knows of a task before anything is read. */
export type TaskOutline = Omit<MergeTask, "inputs" | "random"> & {
  readonly inputs: readonly Omit<MergeInput, "source">[];
};

/** How inputs of different shapes are brought together; see `layout.ts`. */
export type ShapeRule = "common" | "base" | "equal";

export interface MergeMethod {
  readonly name: string;
  /** One sentence for hover and plan. */
  readonly summary: string;
  /** Number of models apart from the base model. */
  readonly models: { readonly minimum: number; readonly maximum: number };
  /** `member`: if given it must be, and is treated as, one of the models. */
  readonly base: "required" | "optional" | "member" | "none";
  readonly parameters: readonly ParameterSpec[];
  readonly shapes: ShapeRule;
  /** The work dtype when the configuration names none: that of the base model, or the promotion of all inputs. */
  readonly promotion: "base" | "all";
  /** Dtype of the result when `out_dtype` is not given, if it differs from the work dtype. */
  readonly resultDtype?: WorkDtype;
  /** Passes over the inputs, for the estimate of the time. */
  passes(outline: TaskOutline): number;
  /** Random words that the task consumes. */
  draws(outline: TaskOutline): number;
  /** Bytes of kernel memory that the task needs, whatever the size of its inputs in the files. */
  memory(outline: TaskOutline): number;
  /**
   * Computes the tensor: reads the sources block by block, in one or more passes, and writes each element once.
   * @throws ConfigurationError if the number of inputs or a parameter does not suit the method.
   */
  merge(task: MergeTask, kernels: Kernels, write: TensorSink): void;
}
