import type { LeadingTokens } from "../../../core/evaluation/leadingTokens.ts";
import type { Capability, LanguageModel } from "../../../core/models/languageModel.ts";
import { defaultContextLength, memoryNeed } from "../../../core/models/memoryNeed.ts";
import { modelHeaderSchema, type ModelHeader } from "../../../core/models/modelHeader.ts";
import type { ModelIdentity } from "../../../core/models/modelIdentity.ts";
import { specialTokens } from "../../../core/models/modelNotices.ts";
import type { ModelOverview } from "../../../core/models/modelOverview.ts";
import { filesOf } from "../../../core/models/modelParts.ts";
import { tokenGrouping } from "../../../core/models/tokenGroups.ts";
import { fileSha256, fileSha256Anew } from "../../files/fileHash.ts";
import { capabilitiesOf, openModel } from "./openModel.ts";
import { ggufName, ggufOverview } from "./ggufOverview.ts";
import { listModels } from "./listModels.ts";
import { readModelHeader } from "./readModelHeader.ts";
import { modelEngineVersion } from "../../runs/versions.ts";
import type { Backend, BackendModel, IdentifyOptions, OpenOptions } from "../backend.ts";

/** GGUF files, run by llama.cpp in a process of its own for each model. */
export const llamaCpp: Backend<"file"> = {
  title: "llama.cpp",
  scheme: "file",
  models: "GGUF files",
  async find({ path }, { readHeader = readModelHeader } = {}) {
    return new GgufModel(path, modelHeaderSchema.parse(await readHeader(path)));
  },
  files: {
    endings: ["gguf"],
    nameOf: ggufName,
    readHeader: readModelHeader,
    list: listModels,
    memoryNeed(given, { contextSize, kvCacheType = "F32" }) {
      const header = modelHeaderSchema.parse(given);
      const contextLength = contextSize ?? defaultContextLength(header);
      return { contextLength, ...memoryNeed(header, { contextLength, kvCacheType }) };
    },
  },
};

class GgufModel implements BackendModel {
  readonly ref;
  readonly place;
  readonly versions = { "node-llama-cpp": modelEngineVersion };
  readonly computation = { "token groups": tokenGrouping, engine: modelEngineVersion };

  constructor(
    private readonly path: string,
    private readonly header: ModelHeader,
  ) {
    this.ref = { scheme: "file", path } as const;
    this.place = { file: path };
  }

  get overview(): ModelOverview {
    return ggufOverview(this.path, this.header);
  }

  get capabilities(): ReadonlySet<Capability> {
    return capabilitiesOf(this.header);
  }

  get leadingTokens(): LeadingTokens {
    const { bos, eos, addsBos } = specialTokens(this.header.tokenizer);
    const known = (token: number | undefined) => (token === undefined ? undefined : { token });
    return { bos: known(bos), eos: known(eos), addsBos };
  }

  async identify({ cacheFolder, anew = false }: IdentifyOptions): Promise<ModelIdentity> {
    const files = filesOf(this.path, this.header);
    return { kind: "sha256", sha256: await (anew ? fileSha256Anew : fileSha256)(files, cacheFolder) };
  }

  async open({ contextSize, ...options }: OpenOptions): Promise<LanguageModel> {
    return await openModel(this.path, { ...options, contextLength: contextSize, header: this.header });
  }
}
