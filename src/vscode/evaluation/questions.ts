import path from "node:path";
import * as vscode from "vscode";
import { benchmarkGroups, benchmarks } from "../../core/benchmarks/registry.ts";
import type { EvaluationConfigurationInput } from "../../core/evaluation/configuration.ts";
import { builtInProtocols } from "../../core/evaluation/registry.ts";
import { withHome } from "../common/withHome.ts";
import { modelFileEndings } from "../models/modelFiles.ts";
import type { ModelService } from "../models/modelService.ts";
import { joinKnown, overviewTexts } from "../models/overviewTexts.ts";

/** What to ask of which model, and how. */
type Asked = Pick<EvaluationConfigurationInput, "protocol"> & {
  readonly benchmark: string;
  readonly models: string;
  readonly shots: number | "";
};

/** The choices of a user who evaluates one model on one benchmark. */
export type Choices = Pick<EvaluationConfigurationInput, "protocol" | "shots" | "limit"> &
  Pick<Asked, "benchmark" | "models">;

/**
 * Asks for everything that an evaluation needs, one question at a time.
 * @param model file to evaluate, when the user has pointed at it already
 * @param known models to choose from
 * @returns undefined when the user leaves a question unanswered
 */
export async function askConfiguration(
  folder: vscode.WorkspaceFolder,
  model: vscode.Uri | undefined,
  known: ModelService,
): Promise<Choices | undefined> {
  const title = (step: number): string => vscode.l10n.t("Evaluate Model ({0}/{1})", step, 5);
  const asked = await askWhat(title, folder, () => model?.fsPath ?? askModel(title(1), folder, known));
  if (asked === undefined) return undefined;
  const limitPrompt = vscode.l10n.t(
    "Evaluate only the first so many items. Leave empty for all: a number to publish needs all.",
  );
  const limit = await askCount(title(5), limitPrompt, 1);
  if (limit === undefined) return undefined;
  const { shots, ...others } = asked;
  return { ...others, ...withoutEmpty({ shots, limit }) };
}

/**
 * Asks the four questions that every work with prompts begins with.
 * @param title of the question with this number
 * @returns undefined when the user leaves one unanswered
 */
export async function askWhat(
  title: (step: number) => string,
  folder: vscode.WorkspaceFolder,
  askForModel: () => string | undefined | Promise<string | undefined>,
): Promise<Asked | undefined> {
  const models = await askForModel();
  if (models === undefined) return undefined;
  const benchmark = await askBenchmark(title(2), folder);
  if (benchmark === undefined) return undefined;
  const protocol = await askProtocol(title(3));
  if (protocol === undefined) return undefined;
  const shots = await askShots(title(4));
  return shots === undefined ? undefined : { models, benchmark, protocol, shots };
}

/** Drops the answers that were left empty: the configuration has its own default for them. */
export function withoutEmpty(counts: Record<string, number | "">): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter((entry): entry is [string, number] => entry[1] !== ""));
}

interface ValueItem extends vscode.QuickPickItem {
  /** Undefined for the entry that opens a file dialog, and for separators. */
  readonly value?: string;
}

/** Lets the user pick a value, or browse for a file with one of the endings. */
async function pickOrBrowse(
  items: readonly ValueItem[] | Promise<readonly ValueItem[]>,
  browse: {
    readonly label: string;
    readonly filters: Record<string, string[]>;
    readonly folder: vscode.WorkspaceFolder;
  },
  options: vscode.QuickPickOptions,
): Promise<string | undefined> {
  const browseItem: ValueItem = { label: `$(folder-opened) ${browse.label}`, alwaysShow: true };
  const all = Promise.resolve(items).then((list) => [...list, browseItem]);
  const picked = await vscode.window.showQuickPick(all, { ignoreFocusOut: true, ...options });
  if (picked !== browseItem) return picked?.value;
  const files = await vscode.window.showOpenDialog({ defaultUri: browse.folder.uri, filters: browse.filters });
  return files?.[0]?.fsPath;
}

export async function askModel(
  title: string,
  folder: vscode.WorkspaceFolder,
  known: ModelService,
  others: readonly ValueItem[] = [],
): Promise<string | undefined> {
  const models = vscode.l10n.t("Models");
  return pickOrBrowse(
    modelItems(known, others),
    { label: vscode.l10n.t("Browse for a model file…"), filters: { [models]: modelFileEndings }, folder },
    { title, placeHolder: vscode.l10n.t("The model"), matchOnDescription: true },
  );
}

/** Models that can be used, those that are loaded first. */
async function modelItems(known: ModelService, others: readonly ValueItem[]): Promise<ValueItem[]> {
  const { states } = known;
  const items = (await known.catalog.usable()).map(({ path: file, overview }) => {
    const { count, quantization } = overviewTexts(overview);
    const state = states.has(file) ? vscode.l10n.t("loaded") : undefined;
    const description = joinKnown(state, count, quantization, withHome(path.dirname(file)));
    return { label: path.basename(file), description, value: file };
  });
  const isLoaded = ({ value }: { readonly value: string }): number => (states.has(value) ? 0 : 1);
  return [...others, ...items.sort((a, b) => isLoaded(a) - isLoaded(b) || a.label.localeCompare(b.label))];
}

function separator(label: string): ValueItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** Every benchmark and group, with what helps to choose: language, size, licence. */
export function benchmarkItems(): ValueItem[] {
  const groups = benchmarkGroups.map(({ id, title, members }) => ({
    label: id,
    description: vscode.l10n.t("{0} benchmarks", members.length),
    detail: title,
    value: id,
  }));
  const single = benchmarks.map(({ id, title, language, sizes, licence }) => ({
    label: id,
    description: vscode.l10n.t("{0} items · {1} · {2}", sizes[0] ?? "?", language, licence.name),
    detail: title,
    value: id,
  }));
  return [
    separator(vscode.l10n.t("Groups")),
    ...groups,
    separator(vscode.l10n.t("Benchmarks")),
    ...single,
    separator(vscode.l10n.t("Your own")),
  ];
}

function askBenchmark(title: string, folder: vscode.WorkspaceFolder): Promise<string | undefined> {
  const filters = { [vscode.l10n.t("Questions")]: ["jsonl", "csv"] };
  return pickOrBrowse(
    benchmarkItems(),
    { label: vscode.l10n.t("Browse for your own questions (.jsonl, .csv)…"), filters, folder },
    { title, placeHolder: vscode.l10n.t("What to ask"), matchOnDescription: true, matchOnDetail: true },
  );
}

async function askProtocol(title: string): Promise<string | undefined> {
  const items = builtInProtocols.map(({ id, title, source }) => ({ label: id, description: title, detail: source }));
  const placeHolder = vscode.l10n.t("How a question becomes a prompt and an answer becomes a prediction");
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder,
    ignoreFocusOut: true,
    matchOnDescription: true,
  });
  return picked?.label;
}

function askShots(title: string): Promise<number | "" | undefined> {
  const prompt = vscode.l10n.t("Few-shot examples in each prompt. Leave empty for the protocol's own number.");
  return askCount(title, prompt, 0);
}

/** @returns a whole number; `""` for no answer, which is one; undefined when the user cancels */
async function askCount(title: string, prompt: string, minimum: number): Promise<number | "" | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: (value) =>
      /^\s*$/.test(value) || (/^\s*\d+\s*$/.test(value) && Number(value) >= minimum)
        ? undefined
        : vscode.l10n.t("Enter a whole number, {0} or more, or nothing.", minimum),
  });
  if (text === undefined) return undefined;
  return text.trim() === "" ? "" : Number(text);
}
