import type { BenchmarkDefinition, FileRole, FileSpecification } from "./benchmark.ts";
import { medmcqaBenchmarks } from "./medmcqa.ts";
import { medqaBenchmarks } from "./medqa.ts";
import { mmluBenchmarks } from "./mmlu.ts";
import { pubmedqaBenchmarks } from "./pubmedqa.ts";
import { samplePrefix } from "./publishedId.ts";

interface SampleFile {
  readonly role: FileRole;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Files of `samples/data`: a few rows of the published files, unchanged. */
const samples: readonly { readonly of: string; readonly size: number; readonly files: readonly SampleFile[] }[] = [
  {
    of: "medqa-4",
    size: 20,
    files: [
      {
        role: "test",
        name: "sample_US_4_options_test.jsonl",
        sha256: "056f14ab43a94544ac63b4a28bffb3063fdd292385c66fc372338c70a389aa3a",
        bytes: 13103,
      },
      {
        role: "dev",
        name: "sample_US_4_options_dev.jsonl",
        sha256: "e9f376e95c9532cb9468ad2c8faab080ee7ad773ca8bfbcab669645333ac8520",
        bytes: 3764,
      },
    ],
  },
  {
    of: "medmcqa",
    size: 30,
    files: [
      {
        role: "test",
        name: "sample_dev.json",
        sha256: "dee91cb339838e296c539cc746c908967db7581093914391ba976aff3f3d1b10",
        bytes: 15970,
      },
      {
        role: "train",
        name: "sample_train.json",
        sha256: "75350f23695121e476b4082afb2049dd075c0706e63bd85bf7e7ed0fc2b024a6",
        bytes: 2243,
      },
    ],
  },
  {
    of: "pubmedqa",
    size: 10,
    files: [
      {
        role: "test",
        name: "sample_ori_pqal.json",
        sha256: "e0c4860e949de2cdcb8dc101fd834a9b3ef427e53451abf1b91ea87f787dc35e",
        bytes: 26468,
      },
      {
        role: "labels",
        name: "sample_test_ground_truth.json",
        sha256: "221d9211e026e832b1d596e7f09ae03eb765f315146c01f7899d3323767dce0c",
        bytes: 188,
      },
    ],
  },
  {
    of: "mmlu-anatomy",
    size: 20,
    files: [
      {
        role: "test",
        name: "sample_anatomy_test.csv",
        sha256: "a9556c26990afafc24b24f9b3f434af0b381628d32a3c77af4497d88d2337fd8",
        bytes: 2153,
      },
      {
        role: "dev",
        name: "sample_anatomy_dev.csv",
        sha256: "44f3842ff1451edabb6356feb452e7fa36fa60f71b857e1a768b4833f23c167c",
        bytes: 878,
      },
    ],
  },
  {
    of: "mmlu-clinical_knowledge",
    size: 20,
    files: [
      {
        role: "test",
        name: "sample_clinical_knowledge_test.csv",
        sha256: "37e930689a9600345d8e4b0f574dfc1992bca80167a6a52a73ca40416fb74e6c",
        bytes: 1882,
      },
      {
        role: "dev",
        name: "sample_clinical_knowledge_dev.csv",
        sha256: "f2fb6824881a33ebaafe79d4c0ce6a930807d8eafe4cb2beb44132af55e2e1ea",
        bytes: 1123,
      },
    ],
  },
  {
    of: "mmlu-medical_genetics",
    size: 20,
    files: [
      {
        role: "test",
        name: "sample_medical_genetics_test.csv",
        sha256: "c1f8fe67933f12244c232215c6a593aa22bc67db8a17b9c4332f3c915844305e",
        bytes: 2065,
      },
      {
        role: "dev",
        name: "sample_medical_genetics_dev.csv",
        sha256: "a7cc3670c44f8c09c157476ffe1863b9e8fe1c4113d2fea9bc557b22ecb5f374",
        bytes: 1000,
      },
    ],
  },
];

const published = [...medqaBenchmarks, ...medmcqaBenchmarks, ...pubmedqaBenchmarks, ...mmluBenchmarks];

function specification({ role, name, sha256, bytes }: SampleFile): FileSpecification {
  return { role, required: true, names: [name], known: [{ sha256, bytes, version: "bundled sample", urls: [] }] };
}

/** Bundled with Medley, so that an evaluation can be tried without any download. Too few questions to rank models. */
export const sampleBenchmarks: readonly BenchmarkDefinition[] = samples.map(({ of, size, files }) => {
  const whole = published.find(({ id }) => id === of)!;
  const title = `${whole.title}: a sample of ${size}`;
  return { ...whole, id: samplePrefix + of, title, sizes: [size], files: files.map(specification) };
});
