import { Markdown, markdown } from "../../markdown.ts";
import type { MergeMethod, ParameterSpec } from "../methods/method.ts";

/** What helps to choose a method, beyond what the engine needs to know of it. */
export interface MethodGuide {
  /** One sentence: when to use it. */
  readonly when: string;
  /** The result for one tensor, as text. */
  readonly formula: string;
  readonly paper?: { readonly title: string; readonly url: string };
}

const arxiv = (id: string, title: string) => ({ title, url: `https://arxiv.org/abs/${id}` });
const tiesPaper = arxiv("2306.01708", "Yadav et al. 2023, TIES-Merging");
const darePaper = arxiv("2311.03099", "Yu et al. 2023, Language Models are Super Mario");
const dellaPaper = arxiv("2406.11617", "Deep et al. 2024, DELLA-Merging");
const breadcrumbsPaper = arxiv("2312.06795", "Davari and Belilovsky 2023, Model Breadcrumbs");

/** By the name of the method. Deltas δ are differences from the base model, w weights, λ `lambda`. */
export const methodGuides: Readonly<Record<string, MethodGuide>> = {
  linear: {
    when: "Use it for checkpoints of one training run or close siblings, and as the baseline that other methods must beat.",
    formula: "y = Σ wᵢ·xᵢ / Σ wᵢ (without the division when `normalize: false`)",
    paper: arxiv("2203.05482", "Wortsman et al. 2022, Model soups"),
  },
  slerp: {
    when: "Use it to blend exactly two related models smoothly, with a gradient for `t` over the layers if you like.",
    formula:
      "y = sin((1−t)θ)/sin θ · x₀ + sin(tθ)/sin θ · x₁, θ the angle between the tensors; linear where they are nearly parallel",
  },
  nuslerp: {
    when: "Use it instead of slerp when you want weights for each model, or to interpolate differences from a base model.",
    formula: "slerp of the two tensors with t = w₂ / (w₁ + w₂)",
  },
  multislerp: {
    when: "Use it to interpolate on the sphere between more than two models with weights of their own.",
    formula:
      "weighted mean on the tangent space at the mean direction, mapped back to the sphere and scaled by Σ wᵢ·‖xᵢ‖",
  },
  karcher: {
    when: "Use it for the geometric mean of several models that all count equally.",
    formula: "the direction that minimises the sum of squared angles to all tensors, times their mean norm",
  },
  task_arithmetic: {
    when: "Use it to add skills of fine-tunes of one base model, or to subtract one with a negative weight.",
    formula: "y = base + λ · Σ wᵢ·δᵢ",
    paper: arxiv("2212.04089", "Ilharco et al. 2022, Editing Models with Task Arithmetic"),
  },
  ties: {
    when: "Use it for several fine-tunes of one base model whose changes get in each other's way.",
    formula:
      "y = base + λ · mean of the wᵢ·δᵢ that were kept (largest `density` share) and agree with the elected sign",
    paper: tiesPaper,
  },
  dare_linear: {
    when: "Use it like task arithmetic when fine-tunes have many small redundant changes; the drop is random, so fix a seed.",
    formula: "y = base + λ · Σ wᵢ·rescale(δᵢ ⊙ mask), mask random with probability `density`",
    paper: darePaper,
  },
  dare_ties: {
    when: "Use it for several fine-tunes with redundant changes that also conflict in sign; the drop is random, so fix a seed.",
    formula: "y = base + λ · Σ of the wᵢ·rescale(δᵢ ⊙ mask) that agree with the elected sign",
    paper: darePaper,
  },
  breadcrumbs: {
    when: "Use it when both the smallest and the largest changes of the fine-tunes look like noise.",
    formula:
      "y = base + λ · Σ wᵢ·δᵢ without the largest `gamma` share and without the smallest, so that `density` remains",
    paper: breadcrumbsPaper,
  },
  breadcrumbs_ties: {
    when: "Use it like breadcrumbs where the fine-tunes also conflict in sign.",
    formula: "as breadcrumbs, keeping what agrees with the elected sign",
    paper: breadcrumbsPaper,
  },
  della: {
    when: "Use it like DARE-TIES when larger changes should survive the random drop more often; fix a seed.",
    formula:
      "as dare_ties, with keeping probabilities from density − epsilon (smallest in its row) to density + epsilon (largest)",
    paper: dellaPaper,
  },
  della_linear: {
    when: "Use it like DELLA without the election of signs.",
    formula: "as dare_linear, with keeping probabilities from density − epsilon to density + epsilon by magnitude",
    paper: dellaPaper,
  },
  model_stock: {
    when: "Use it for several fine-tunes of one base with the same recipe: it finds the interpolation by itself.",
    formula: "y = t·mean(xᵢ) + (1−t)·base, t = N·cos θ / (1 + (N−1)·cos θ), θ the mean angle between the δᵢ",
    paper: arxiv("2403.19522", "Jang et al. 2024, Model Stock"),
  },
  sce: {
    when: "Use it to fuse fine-tunes of one base where only the parameters matter that differ most between them.",
    formula:
      "y = base + Σ wᵢ·δᵢ of the elements with the highest variance, wᵢ from the energy mean(δᵢ²), signs elected",
    paper: arxiv("2408.07990", "Wan et al. 2024, FuseChat"),
  },
  nearswap: {
    when: "Use it to let a second model change the base only where the two nearly agree.",
    formula: "y = (1−w)·base + w·x, w = min(1, t / |base − x|)",
  },
  arcee_fusion: {
    when: "Use it to take over only the most important changes of one fine-tune.",
    formula: "y = base + δ where the importance |δ|·KL exceeds median + 1.5·interquartile range, else base",
  },
  ram: {
    when: "Use it for fine-tunes by reinforcement learning, whose changes are sparse: what one model alone changed is kept whole.",
    formula: "y = base + Σ δᵢ / cᵢ, c the number of models that change the element by more than epsilon",
  },
  ramplus_tl: {
    when: "Use it like ram, to strengthen what a model alone changed when much else is shared.",
    formula: "as ram, unique changes multiplied by 1 + r·min(shared/unique, alpha)",
  },
  passthrough: {
    when: "Use it to stack layers of models (a frankenmerge), to scale tensors or to convert the dtype.",
    formula: "y = scale·x",
  },
};

/** A method: what it does, when to use it, formula, what it takes, paper. */
export function describeMethod(method: MergeMethod): Markdown {
  const guide = methodGuides[method.name];
  const parameters = method.parameters.filter(({ ignored }) => ignored !== true);
  return Markdown.paragraphs([
    markdown`**${method.name}**: ${Markdown.own(method.summary)}`,
    guide && Markdown.own(guide.when),
    guide && formulaText(guide),
    Markdown.own(arityText(method)),
    Markdown.list(parameters.map((spec) => Markdown.own(parameterLine(spec)))),
    guide?.paper && paperLink(guide.paper),
  ]);
}

/** Formula and paper of a method, where it has them. */
export function originOf({ name }: MergeMethod): Markdown[] {
  const guide = methodGuides[name];
  if (guide === undefined) return [];
  return [formulaText(guide), ...(guide.paper === undefined ? [] : [paperLink(guide.paper)])];
}

function formulaText({ formula }: MethodGuide): Markdown {
  // There is no code within code.
  return Markdown.code(formula.replaceAll("`", ""));
}

function paperLink({ title, url }: NonNullable<MethodGuide["paper"]>): Markdown {
  return markdown`[${title}](${Markdown.own(url)})`;
}

const baseTexts: Readonly<Record<MergeMethod["base"], string>> = {
  required: "`base_model` is required.",
  optional: "`base_model` is optional.",
  member: "`base_model`, if given, must be one of the models.",
  none: "It takes no `base_model`.",
};

/** The models that a method takes, in a few words: `2 models`, `base + 1 or more`. */
export function shortArity({ models: { minimum, maximum }, base }: MergeMethod): string {
  const least = Math.max(1, minimum);
  const count = least === maximum ? `${least}` : maximum >= 100 ? `${least} or more` : `${least} to ${maximum}`;
  return base === "required" ? `base + ${count}` : `${count} ${count === "1" ? "model" : "models"}`;
}

function arityText({ models: { minimum, maximum }, base }: MergeMethod): string {
  const models = (count: number) => `${count} ${count === 1 ? "model" : "models"}`;
  const count =
    minimum === maximum
      ? `exactly ${models(minimum)}`
      : maximum >= 100
        ? `${minimum || "any number"} or more models`
        : `${minimum} to ${models(maximum)}`;
  return `Merges ${count.replace("any number or more models", "any number of models")}${base === "required" ? " besides the base" : ""}. ${baseTexts[base]}`;
}

export function parameterLine(spec: ParameterSpec): string {
  return `\`${spec.name}\` (${parameterFacts(spec)}): ${spec.documentation}`;
}

/** Type, default and bounds in a few words. */
export function parameterFacts({ type, default: preset, minimum, maximum, scope }: ParameterSpec): string {
  const bounds =
    minimum === undefined && maximum === undefined
      ? ""
      : maximum === undefined
        ? ` from ${minimum}`
        : minimum === undefined
          ? ` up to ${maximum}`
          : ` from ${minimum} to ${maximum}`;
  const given = preset === undefined ? "required" : preset === null ? "optional" : `default ${String(preset)}`;
  return `${type}${bounds}, ${given}, ${scope === "model" ? "one value a model" : "one value for all"}`;
}
