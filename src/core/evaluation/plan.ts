import type { DataNote } from "../benchmarks/benchmark.ts";
import type { Item } from "../benchmarks/item.ts";
import { itemNotes } from "../benchmarks/itemNotes.ts";
import { ConfigurationError } from "../errors.ts";
import { commonPrefixLength } from "../models/tokenGroups.ts";
import type { EncodedGroup, EncodedPrompt } from "./encode.ts";
import type { EvaluationUnit } from "./evaluationUnit.ts";
import type { Protocol } from "./protocol.ts";
import { requireWithinLimits } from "./protocolLimits.ts";
import { drawShots } from "./shots.ts";
import type { ShotsSetting, ShotSource } from "./shotSource.ts";
import { shuffledOrder, sourceOrder, withOptionOrder } from "./shuffleOptions.ts";

export interface PlanOptions<Parameters> {
  readonly benchmark: string;
  /** The evaluated split, in file order. */
  readonly items: readonly Item[];
  /** Where few-shot examples are drawn from, in file order. */
  readonly shotPool: readonly Item[];
  readonly protocol: Protocol<Parameters>;
  readonly parameters: Parameters;
  /** What the user asks for; undefined: the protocol's own. */
  readonly shots?: ShotsSetting;
  /** Evaluates only the first items of the file. */
  readonly limit?: number;
  /** Evaluates only the items with these ids. */
  readonly ids?: readonly string[];
  /** Shows the options of items and examples in an order drawn with this seed. */
  readonly shuffleSeed?: number;
  /** Whether the right option is the first one in every item of the file. */
  readonly answerAlwaysFirst?: boolean;
}

/**
 * What is evaluated, in the order in which it is: by the prompt's text, so that neighbours share the longest prefixes
 * there are. Items with the same examples thus follow each other.
 * @throws ConfigurationError when shots or items that are asked for do not exist, the protocol cannot ask an item, or the
 * number would mean nothing
 */
export function planUnits<Parameters>(options: PlanOptions<Parameters>): EvaluationUnit[] {
  const { items, shotPool, benchmark } = options;
  const chosen = chosenItems(options);
  requireMeaning(options);
  const { protocol, parameters } = options;
  requireWithinLimits(
    protocol.limits(benchmark, parameters),
    chosen.map((index) => items[index]!),
    { protocol: protocol.id, benchmark },
  );
  const arrange = arrangement(options.shuffleSeed);
  const units = shotSourcesFor(options).flatMap((source, draw) => {
    const shots = drawShots(source, items, shotPool, benchmark);
    return chosen.map((index) => ({
      ...arrange(items[index]!),
      draw,
      shots: shots[index]!.examples.map((shot) => arrange(shot).item),
      excludedShots: shots[index]!.excluded,
    }));
  });
  return byPromptText(units, options);
}

/**
 * What a reader of the numbers of one benchmark should know about what is asked: the options of its items, answers that
 * the protocol never counts as right, and examples that were not taken because they were the question.
 */
export function unitNotes<Parameters>(
  units: readonly EvaluationUnit[],
  { protocol, parameters, shuffleSeed }: Pick<PlanOptions<Parameters>, "protocol" | "parameters" | "shuffleSeed">,
): DataNote[] {
  const items = [...new Map(units.map(({ item }) => [item.id, item])).values()];
  const ofOptions = itemNotes(items).filter(({ kind }) => shuffleSeed !== undefined || kind !== "positionalOptions");
  const neverRight = items.filter((item) => !protocol.canBeRight(item, parameters));
  const excluded = units.reduce((sum, { excludedShots }) => sum + excludedShots, 0);
  const ofProtocol: DataNote[] = [
    {
      kind: "uncountedAnswers",
      count: neverRight.length,
      message: `Items whose right answer${naming(neverRight)} ${protocol.id} never counts as right, whatever the model: ${neverRight.length} of ${items.length}.`,
    },
    {
      kind: "excludedShots",
      count: excluded,
      message: `Few-shot examples that were drawn and were the question itself, so that others were taken: ${excluded}.`,
    },
  ];
  return [...ofOptions, ...ofProtocol.filter(({ count }) => count > 0)];
}

const namedAnswers = 3;

/** The right answers, where they are few enough to be named. */
function naming(items: readonly Item[]): string {
  const texts = new Set(items.flatMap(({ options, answers }) => answers.map((index) => options[index]!.text)));
  return texts.size > namedAnswers ? "" : ` (${[...texts].join(", ")})`;
}

/** Refuses what would give a number that says nothing about the model. */
function requireMeaning<Parameters>(options: PlanOptions<Parameters>): void {
  const { protocol, parameters, benchmark, answerAlwaysFirst, shuffleSeed } = options;
  if (answerAlwaysFirst && shuffleSeed === undefined && protocol.showsOptions(benchmark, parameters)) {
    throw new ConfigurationError(
      `In ${benchmark} the right option is always the first, and ${protocol.id} shows the options: a model that always ` +
        "answers A would be right every time.",
      { hint: "Shuffle the options, or use lm-eval, which does not show them.", place: { field: "shuffleOptions" } },
    );
  }
}

/** One source a draw. */
export function shotSourcesFor<Parameters>(
  options: Pick<PlanOptions<Parameters>, "protocol" | "parameters" | "benchmark" | "shots">,
): readonly ShotSource[] {
  const { protocol, parameters, benchmark, shots } = options;
  if (shots === undefined || typeof shots === "number") return protocol.shotSources(benchmark, shots, parameters);
  return "kind" in shots ? [shots] : shots;
}

/** Positions in `items`, ascending. */
function chosenItems(options: Pick<PlanOptions<unknown>, "items" | "limit" | "ids" | "benchmark">): number[] {
  const { items, limit, ids, benchmark } = options;
  const positions = [...items.keys()];
  if (ids) {
    const known = new Set(items.map((item) => item.id));
    const missing = ids.filter((id) => !known.has(id));
    if (missing.length > 0) {
      throw new ConfigurationError(`${benchmark} has no item with the id ${JSON.stringify(missing[0])}.`, {
        hint: "Check the ids: they are those of the data file.",
        place: { field: "ids" },
      });
    }
    const wanted = new Set(ids);
    return positions.filter((position) => wanted.has(items[position]!.id)).slice(0, limit);
  }
  return positions.slice(0, limit);
}

type Arranged = Pick<EvaluationUnit, "item" | "order">;

function arrangement(shuffleSeed: number | undefined): (item: Item) => Arranged {
  if (shuffleSeed === undefined) return (item) => ({ item, order: sourceOrder(item) });
  return (item) => {
    const order = shuffledOrder(item, shuffleSeed);
    return { item: withOptionOrder(item, order), order };
  };
}

function byPromptText<Parameters>(
  units: readonly EvaluationUnit[],
  { protocol, parameters }: PlanOptions<Parameters>,
): EvaluationUnit[] {
  return units
    .map((unit) => ({ unit, text: protocol.prompt(unit.item, unit.shots, parameters).request.context }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ unit }) => unit);
}

/**
 * The fewest tokens that must go through a model to answer a prompt when what it shares with the prompt before is not
 * evaluated again: the rest of the prefix (one token at least: without it there is no row of logits), and every inner
 * node of the tree of options. In the order of {@link planUnits} the sum over all prompts is the number of nodes of the
 * tree of all prompts.
 */
export function minimumTokens(previous: EncodedPrompt | undefined, prompt: EncodedPrompt): number {
  let before = previous?.groups.at(-1)?.prefix ?? [];
  let sum = 0;
  for (const group of prompt.groups) {
    sum += Math.max(1, group.prefix.length - commonPrefixLength(before, group.prefix)) + innerNodes(group);
    before = group.prefix;
  }
  return sum;
}

/** Distinct beginnings of the continuations, without the whole ones: tokens that are evaluated to predict the next. */
function innerNodes({ continuations }: EncodedGroup): number {
  const beginnings = new Set<string>();
  for (const tokens of continuations) {
    let path = "";
    for (const token of tokens.slice(0, -1)) beginnings.add((path += `${token},`));
  }
  return beginnings.size;
}
