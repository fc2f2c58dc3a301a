import type { FileSpecification } from "./benchmark.ts";
import { githubFile, selfBioRagFile } from "./github.ts";

export const medqaLicence = { name: "MIT", notice: "Copyright (c) 2022 Di Jin" };

/** Copies of training questions that come without a licence file of their own. */
const copyLicence = { name: "MIT", notice: "Copyright (c) 2022 Di Jin; dmis-lab/self-biorag states no licence" };

export const fourOptionFiles: readonly FileSpecification[] = [
  {
    role: "test",
    required: true,
    names: [
      "US_4_options_phrases_no_exclude_test.jsonl",
      "4_options/phrases_no_exclude_test.jsonl",
      "phrases_no_exclude_test.jsonl",
      "medqa_4options/test.json",
    ],
    known: [
      {
        sha256: "c3b905ccfa66152dc25afbcb2c10e86c0bdb208824f0658fcdb2c040f60a2beb",
        bytes: 2075679,
        urls: githubFile(
          "Teddy-XiongGZ/MIRAGE",
          "rawdata/medqa/data_clean/questions/US/4_options/phrases_no_exclude_test.jsonl",
          ["392943af99cd", "224ebe9a721e1bc525a07b10eceb01ed52df7b29"],
        ),
      },
    ],
  },
  {
    role: "train",
    required: false,
    names: [
      "US_4_options_phrases_no_exclude_train.jsonl",
      "4_options/phrases_no_exclude_train.jsonl",
      "phrases_no_exclude_train.jsonl",
      "medqa_4options/train.json",
    ],
    known: [
      {
        name: "medqa/selfbiorag_train_4opt_part.json",
        sha256: "a52561656827afbc9b12e48a92518d0e73b9d6253cf20e031e4d6640be90bf0c",
        bytes: 924898,
        version: "802 questions of the training split (Self-BioRAG)",
        urls: selfBioRagFile("med_qa_train.json"),
        licence: copyLicence,
      },
    ],
  },
  {
    role: "dev",
    required: false,
    names: [
      "mediq_dev_good_4opt.jsonl",
      "all_dev_good.jsonl",
      "4_options/phrases_no_exclude_dev.jsonl",
      "phrases_no_exclude_dev.jsonl",
    ],
    known: [
      {
        sha256: "3bfc7090d060dd8d11e4237344ed78846707faab433a84d078191627ad3c9526",
        bytes: 2585822,
        version: "mediQ's copy of the development split",
        urls: githubFile("stellalisy/mediQ", "data/all_dev_good.jsonl", ["faa2ce62fef0423e35af4c31d7537aad973173eb"]),
        licence: { name: "CC-BY-4.0", notice: "mediQ, Li et al. 2024; questions of MedQA, Copyright (c) 2022 Di Jin" },
      },
    ],
  },
];

export const fiveOptionFiles: readonly FileSpecification[] = [
  {
    role: "test",
    required: true,
    names: ["US_5_options_test.jsonl", "questions/US/test.jsonl", "MedQA/test.jsonl", "medqa_5options/test.json"],
    known: [
      {
        sha256: "cfa75cbcc53c29b023752b0a395ff49d8202121041392735ae44771a5ec734a3",
        bytes: 1325785,
        urls: githubFile("gersteinlab/MedAgents", "datasets/MedQA/test.jsonl", [
          "aaeff0499e16",
          "cd415fae30b706ef251f758384551162f3990008",
        ]),
      },
    ],
  },
  {
    role: "train",
    required: false,
    names: ["US_5_options_train.jsonl", "questions/US/train.jsonl", "MedQA/train.jsonl", "medqa_5options/train.json"],
    known: [
      {
        name: "medqa/selfbiorag_train_5opt_part.json",
        sha256: "320a1b4e883a229632a8b5354a972bc156ab53b4894197176a77cad0696961d7",
        bytes: 1595712,
        version: "1000 questions of the training split (Self-BioRAG)",
        urls: selfBioRagFile("med_qa_5options_train.json"),
        licence: copyLicence,
      },
    ],
  },
  { role: "dev", required: false, names: ["US_5_options_dev.jsonl", "questions/US/dev.jsonl"], known: [] },
];
