import { ConfigurationError } from "../../errors.ts";

/** A stack of layers of the result, and the configurations that describe the layers it is made of. */
export interface Restacked {
  /** Module of the architecture, and what the names of its layers begin with. */
  readonly module: string;
  readonly stack: string;
  /** Document of the config.json that the result's is made from, and how messages name its model. */
  readonly donor: Document;
  readonly donorName: string;
  /** Layers of the donor. */
  readonly layers: number;
  /** For each layer of the result the layer that it is made from, and the document of the model that has it. */
  readonly picks: readonly Pick[];
  /** Names of the tensors of a layer of the donor, without its number. */
  tensorsOf(layer: number): readonly string[];
}

interface Pick {
  readonly layer: number;
  readonly document: Document;
}

type Document = Readonly<Record<string, unknown>>;

/** Part of a config.json that describes one stack: the top level, or an object such as `text_config`. */
interface Section {
  /** Dotted, with a dot at the end; empty for the top level. */
  readonly path: string;
  readonly kind: Kind;
  readonly values: Document;
}

type Kind = "vision" | "audio" | "text" | "encoder" | "decoder" | "any";

/**
 * What config.json has to say of a stack whose layers were taken in another order or number, by dotted path: counts of
 * layers, lists with an entry for each layer, lists of the numbers of some layers.
 * @throws ConfigurationError when it does not count these layers, or when it tells the kind of a layer by its place in
 * a way that cannot be said of the new order
 */
export function restackedConfig(restacked: Restacked): Record<string, unknown> {
  const { layers, picks, donor } = restacked;
  if (picks.length === layers && picks.every(({ layer, document }, k) => layer === k && document === donor)) return {};
  const counts = countKeys(restacked);
  const changes: Record<string, unknown> = Object.fromEntries(
    counts.map(({ section, key }) => [section.path + key, picks.length]),
  );
  for (const section of new Set(counts.map((count) => count.section))) {
    Object.assign(changes, restackedSection(restacked, section));
  }
  return changes;
}

const countKey = /^(?:num_hidden_layers|n_layers?|num_layers|depth|(?:num_)?(?:encoder|decoder)_layers)$/;

/** Every key that counts the layers of this stack. */
function countKeys(restacked: Restacked): { section: Section; key: string }[] {
  const { module, stack, donor, donorName, layers } = restacked;
  const candidates = sectionsOf(donor).flatMap((section) =>
    Object.entries(section.values)
      .filter(([key, value]) => countKey.test(key) && value === layers)
      .map(([key]) => ({ section, key, kind: kindOf(key) === "any" ? section.kind : kindOf(key) })),
  );
  const wanted = module === "default" ? "any" : kindOf(stack);
  for (const kinds of kindsFor[wanted]) {
    const counts = candidates.filter(({ kind }) => kinds.includes(kind));
    if (counts.length > 0) return counts;
  }
  throw cannot(restacked, `config.json of ${donorName} has no number of layers that is ${layers}, as its tensors say`);
}

/** Which keys count the layers of a stack: those of the first group that there are. */
const kindsFor: Readonly<Record<Kind, readonly (readonly Kind[])[]>> = {
  any: [["any"], ["text"]],
  text: [["text"], ["any"]],
  encoder: [["encoder", "any"]],
  decoder: [["decoder"]],
  vision: [["vision"]],
  audio: [["audio"]],
};

/** What a key of config.json, or the names of a stack, are about. */
function kindOf(name: string): Kind {
  if (/vis|image/.test(name)) return "vision";
  if (/audio|speech/.test(name)) return "audio";
  if (/text|lang|llm/.test(name)) return "text";
  if (/encoder/.test(name)) return "encoder";
  if (/decoder/.test(name)) return "decoder";
  return "any";
}

function sectionsOf(document: Document): Section[] {
  const nested = Object.entries(document).flatMap(([key, values]): Section[] =>
    isDocument(values) ? [{ path: `${key}.`, kind: kindOf(key), values }] : [],
  );
  return [{ path: "", kind: "any", values: document }, ...nested];
}

function isDocument(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lists that may have as many entries as there are layers without being about layers. */
const notOfLayers = /(?:_ids?$|_index$|^architectures$|_sections?$|_mean$|_std$|token|languages|labels)/;
/** Lists of numbers of layers: `mlp_only_layers`, `cross_attention_layers`, `full_attn_idxs`. */
const layerNumbers = /(?:layers|layer_ids|layers_idx|layer_indices|layer_indexes|idxs|visual_indexes)$/;
const aboutLayers = /layer|block/;
/** Numbers that tell the kind of a layer by its place, and the list that says it where there is one. */
const byPlace: readonly (readonly [key: RegExp, list: string | undefined])[] = [
  [
    /^_?sliding_window_pattern$|^max_window_layers$|^global_attn_every_n_layers$|^full_attention_interval$/,
    "layer_types",
  ],
  [/^no_rope_layer_interval$/, "no_rope_layers"],
  [/^first_k_dense_replace$|^decoder_sparse_step$|^moe_layer_freq$/, "mlp_layer_types"],
  [
    /_(?:step|period|interval|offset|pattern|freq|frequency)$|every_n|first_k|kv_shared_layers$|^attention_types$/,
    undefined,
  ],
];

function restackedSection(restacked: Restacked, section: Section): Record<string, unknown> {
  const { layers, picks } = restacked;
  const changes: Record<string, unknown> = {};
  const values = withLayerTypes(section.values, layers);
  const lists: (readonly unknown[])[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (!Array.isArray(value) || notOfLayers.test(key)) continue;
    if (value.length === layers) {
      lists.push(value);
      changes[section.path + key] = picks.map((pick) => entryOf(restacked, section, key, pick));
    } else if (value.length > 0 && aboutLayers.test(key)) {
      const isList = layerNumbers.test(key) && value.every((n) => Number.isSafeInteger(n) && n >= 0 && n < layers);
      if (!isList)
        throw cannot(restacked, `\`${section.path}${key}\` in config.json is about layers in a way that is not known`);
      lists.push(Array.from({ length: layers }, (_, layer) => value.includes(layer)));
      changes[section.path + key] = picks.flatMap(({ layer }, k) => (value.includes(layer) ? [k] : []));
    }
  }
  // The first layers in their own order are what they were.
  if (picks.every(({ layer }, k) => layer === k)) return changes;
  checkPlaces(restacked, section, values);
  checkTensors(restacked, lists);
  return changes;
}

function entryOf(restacked: Restacked, { path, values }: Section, key: string, { layer, document }: Pick): unknown {
  const own = path === "" ? document : (document[path.slice(0, -1)] as Document | undefined);
  const count = Object.entries(own ?? {}).find(([name]) => countKey.test(name))?.[1];
  const list = own === undefined ? undefined : withLayerTypes(own, Number(count))[key];
  if (Array.isArray(list) && layer < list.length) return list[layer];
  if (own === values) throw new Error(`${key} has no entry ${layer}`);
  throw cannot(restacked, `\`${path}${key}\` is not in config.json of every model`);
}

function checkPlaces(restacked: Restacked, { path, values }: Section, known: Document): void {
  for (const [key, value] of Object.entries(values)) {
    const rule = byPlace.find(([pattern]) => pattern.test(key));
    if (rule === undefined || value === null || value === false || value === 0 || value === 1) continue;
    if (rule[1] !== undefined && Array.isArray(known[rule[1]])) continue;
    if (key === "max_window_layers" && !slides(values)) continue;
    throw cannot(restacked, `\`${path}${key}\` in config.json tells the kind of a layer by its place`);
  }
}

/** Layers that have different tensors must be told apart by a list of config.json, or by nothing else than their place. */
function checkTensors(restacked: Restacked, lists: readonly (readonly unknown[])[]): void {
  const { layers, tensorsOf } = restacked;
  const tensorsByKind = new Map<string, string>();
  for (let layer = 0; layer < layers; layer++) {
    const kind = JSON.stringify(lists.map((list) => list[layer]));
    const tensors = tensorsOf(layer).toSorted().join("\n");
    if ((tensorsByKind.get(kind) ?? tensors) !== tensors) {
      throw cannot(
        restacked,
        "some of these layers have other tensors than others, and config.json does not list which",
      );
    }
    tensorsByKind.set(kind, tensors);
  }
}

function slides({ use_sliding_window: uses, sliding_window: window }: Document): boolean {
  return uses === true && window !== null;
}

/**
 * Adds the lists that configurations of before 2025 leave to the code of the model, by the rules of its family; newer
 * versions of transformers write them out.
 */
function withLayerTypes(values: Document, layers: number): Document {
  const family = String(values["model_type"]);
  const list = (entry: (layer: number) => unknown) => Array.from({ length: layers }, (_, layer) => entry(layer));
  const types = (isSliding: (layer: number) => boolean) => ({
    layer_types: list((layer) => (isSliding(layer) ? "sliding_attention" : "full_attention")),
    ...values,
  });
  const number = (key: string, byDefault: number) => (typeof values[key] === "number" ? values[key] : byDefault);
  if (family === "gemma2") return types((layer) => layer % 2 === 0);
  if (family === "gemma3_text") return types((layer) => (layer + 1) % number("sliding_window_pattern", 6) !== 0);
  if (family === "cohere2") return types((layer) => (layer + 1) % number("sliding_window_pattern", 4) !== 0);
  if (/^qwen[23]/.test(family) && slides(values)) {
    return types((layer) => layer >= number("max_window_layers", 28));
  }
  if (family === "smollm3") {
    const interval = number("no_rope_layer_interval", 4);
    return { no_rope_layers: list((layer) => ((layer + 1) % interval === 0 ? 0 : 1)), ...values };
  }
  return values;
}

function cannot({ module, stack }: Restacked, reason: string): ConfigurationError {
  const name = module === "default" ? "these models" : module;
  return new ConfigurationError(`Layers of ${name} (${stack}0 …) cannot be stacked anew: ${reason}.`, {
    hint: "Merge whole models with `models`, or keep the first layers in their order.",
    place: { field: "slices" },
  });
}
