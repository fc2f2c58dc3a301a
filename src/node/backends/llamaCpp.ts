import { basename } from "node:path";
import type { LeadingTokens } from "../../core/evaluation/leadingTokens.ts";
import type { Capability, LanguageModel } from "../../core/models/languageModel.ts";
import { defaultContextLength, memoryNeed } from "../../core/models/memoryNeed.ts";
import type { ModelHeader } from "../../core/models/modelHeader.ts";
import type { ModelIdentity } from "../../core/models/modelIdentity.ts";
import { specialTokens } from "../../core/models/modelNotices.ts";
import { filesOf } from "../../core/models/modelParts.ts";
import { tokenGrouping } from "../../core/models/tokenGroups.ts";
import { fileSha256, fileSha256Anew } from "../files/fileHash.ts";
import { capabilitiesOf, openModel } from "../modelHost/openModel.ts";
import { listModels } from "../models/listModels.ts";
import { readModelHeader } from "../models/readModelHeader.ts";
import { modelEngineVersion } from "../runs/versions.ts";
import type { Backend, BackendModel, IdentifyOptions, ModelOverview, OpenOptions } from "./backend.ts";

/** GGUF files, run by llama.cpp in a process of its own for each model. */
export const llamaCpp: Backend<"file"> = {
  title: "llama.cpp",
  scheme: "file",
  models: "GGUF files",
  async find({ path }, { readHeader = readModelHeader } = {}) {
    return new GgufModel(path, await readHeader(path));
  },
  files: {
    endings: ["gguf"],
    list: listModels,
    memoryNeed(header, { contextSize: contextLength = defaultContextLength(header), kvCacheType = "F32" }) {
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
    const { name = basename(this.path), fileBytes: bytes, ...rest } = this.header;
    const { architecture, quantization, parameterCount, trainContextLength } = rest;
    return { name, architecture, quantization, parameterCount, trainContextLength, bytes };
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
