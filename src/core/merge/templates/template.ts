/** A merge configuration to start from. */
export interface MergeTemplate {
  /** Stable name, also the name that the new file is proposed under. */
  readonly id: string;
  readonly title: string;
  /** One sentence: what it makes, and when one wants that. */
  readonly description: string;
  /** Opens without a diagnostic; comments say what to change. */
  readonly text: string;
}

/** Models of the biomedical merging study: a domain model, and the instruction-tuned model that it was trained from. */
export const studyModels = {
  domain: "BioMistral/BioMistral-7B",
  instruct: "mistralai/Mistral-7B-Instruct-v0.1",
} as const;
