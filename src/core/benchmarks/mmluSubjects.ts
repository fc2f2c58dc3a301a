/** Content of one file: SHA-256 and size in bytes. */
export interface FileContent {
  readonly sha256: string;
  readonly bytes: number;
}

export interface MmluSubject {
  readonly subject: string;
  /** Number of test questions. */
  readonly size: number;
  readonly english: {
    /** Copies with a header row and answers 0..3. */
    readonly test: FileContent;
    readonly dev: FileContent;
    /** The original form: no header, answers A..D. */
    readonly originalTest?: FileContent;
  };
  readonly arabic: { readonly test: FileContent; readonly dev: FileContent };
}

/** The nine medical subjects. The first six are those of BioMistral, MultiMedQA and many others. */
export const mmluSubjects: readonly MmluSubject[] = [
  {
    subject: "anatomy",
    size: 135,
    english: {
      test: { sha256: "b27ce42f40482ba735cf0de8e8bbba3382d506c099d8483c55e9cacdac4e3eec", bytes: 29892 },
      dev: { sha256: "44f3842ff1451edabb6356feb452e7fa36fa60f71b857e1a768b4833f23c167c", bytes: 878 },
      originalTest: { sha256: "966dfd5c4579885ebdb8c05d6754ae5834f672632586d8595be3c0f9360e6f4e", bytes: 29844 },
    },
    arabic: {
      test: { sha256: "f4669b7aa11f4ac9b95cf59729fe0899c76d51b635b832602bed8d9cdaf85a4b", bytes: 43817 },
      dev: { sha256: "100d82694a7e24c1ebf3eb354a6859b21c45b0504aa4c4e13733e230bf96fdaf", bytes: 1354 },
    },
  },
  {
    subject: "clinical_knowledge",
    size: 265,
    english: {
      test: { sha256: "9ba57061f15ae7263a12eeb413b73d876038e0ce21734ffce411e1ae22662737", bytes: 56347 },
      dev: { sha256: "f2fb6824881a33ebaafe79d4c0ce6a930807d8eafe4cb2beb44132af55e2e1ea", bytes: 1123 },
      originalTest: { sha256: "06a1ea973000d5ef5d2664c4ac1c68d0423f1cab6b3b682be7942633740811f1", bytes: 56562 },
    },
    arabic: {
      test: { sha256: "4275bc89c6b8123b61ee46baf09035b271842c97b4a1358e66426fcff3fe58ae", bytes: 88333 },
      dev: { sha256: "385e4da252497539365345a28096709a9198aeb1e91a2fbbd7470c3164c1b8ef", bytes: 1545 },
    },
  },
  {
    subject: "college_biology",
    size: 144,
    english: {
      test: { sha256: "872bae5fe76cecb083603a7ba95adc436a8e345f50c5ee232cc8bfa9f9f56713", bytes: 45399 },
      dev: { sha256: "450fe9d4b89b9e8909c45276e284f8ebaa6ec158046d1e0e0ad60585a6231bd5", bytes: 1451 },
      originalTest: { sha256: "e1204cb9d19887ea266145f038b5d4cc1fbc33d7efce186259c4ecca1cbe3119", bytes: 45351 },
    },
    arabic: {
      test: { sha256: "00cbca510f95177543e4fa818484f78d2e139f1d759dbca1306a45cee3790540", bytes: 66673 },
      dev: { sha256: "016b84fe010cf1ed3d49166ec7c69ea7e6de31b48ccce1e451ee2f2fd859c21f", bytes: 2089 },
    },
  },
  {
    subject: "college_medicine",
    size: 173,
    english: {
      test: { sha256: "65876236acf78e813e62b78cdc2217c2651785324b8c51148aaffa6d89436d0d", bytes: 78382 },
      dev: { sha256: "bb192ae79ca686b5f383ef49b3a196f0531e269f0b5743429198b1766741b4de", bytes: 1593 },
      originalTest: { sha256: "9c533cfff89edaa317b2e79bbabcdd5e2e522e019679cb4a6475e5f2a1861b1e", bytes: 78334 },
    },
    arabic: {
      test: { sha256: "d5706df8318cfe0251eac1680c548c31a553377dc5707d0557a9fc03cf280298", bytes: 72406 },
      dev: { sha256: "bb00dc6e62273645c89b5279677351dc8488742ebb328950695c7e65d46b4532", bytes: 2425 },
    },
  },
  {
    subject: "medical_genetics",
    size: 100,
    english: {
      test: { sha256: "b330e63b2e60345285490ff495d5f4aea1981d738cc303c559903ec1c12238c1", bytes: 18470 },
      dev: { sha256: "a7cc3670c44f8c09c157476ffe1863b9e8fe1c4113d2fea9bc557b22ecb5f374", bytes: 1000 },
      originalTest: { sha256: "cc30c698e94f12c00e610a39c62d1a1d9587fa53c005359317346081f722c5e6", bytes: 18520 },
    },
    arabic: {
      test: { sha256: "43c04115949f1ffa5c0edc472f3760eabf1409dd296a2037fe15a894d0a4444a", bytes: 28733 },
      dev: { sha256: "a8ab44a416839f060c10b4251e3171c7ce12d118698ea71f9470b89fdafc9fbb", bytes: 1787 },
    },
  },
  {
    subject: "professional_medicine",
    size: 272,
    english: {
      test: { sha256: "3490aa679090fdfd94f1a887219f2a85bb4028f4d0e6d49d6242fb9a99b846a1", bytes: 211363 },
      dev: { sha256: "510bd154f87714cfc9b09fef10bda4789237ddf703198c476dac684b491f2382", bytes: 3726 },
      originalTest: { sha256: "a034bf0dda10cb0848bdd3097eb1547d61ca2dac9e9b871563691621c38d51e9", bytes: 211585 },
    },
    arabic: {
      test: { sha256: "af61bed4de80e92a409a584653ee93668a00d55b549f13d02b298b088e04861a", bytes: 154784 },
      dev: { sha256: "ba4bf95b35b55fb081d32356ce1bcdfea268692981558ba71552175c80cad833", bytes: 2749 },
    },
  },
  {
    subject: "virology",
    size: 166,
    english: {
      test: { sha256: "cfb95d550d800b600a1d802bdb4ab4b5018b168d74f87af5fdbea5b623d279c1", bytes: 34737 },
      dev: { sha256: "a32c63aaefafbf4227326b9701c986d40c979fb2169b3d67be7ac1f7758a8357", bytes: 1007 },
    },
    arabic: {
      test: { sha256: "bce60b30a7a8ba049f6ed258d6125e1a361828aa69f9e54dd6a74e8119b85502", bytes: 55629 },
      dev: { sha256: "a07f01e13046fa69f3644f8f1f5981f039de1c31d900273fea09f9553fb1a6cd", bytes: 1542 },
    },
  },
  {
    subject: "nutrition",
    size: 306,
    english: {
      test: { sha256: "acb668e8064655eab8869d8cc65ebc40af39acfe6eb40e0e1a83dfb87bffdc2a", bytes: 85670 },
      dev: { sha256: "da8a99b9a9ecdc79b880c7ebaa59b30eb2f5bb043336932f7b0fb3cecaf3b8ae", bytes: 2016 },
    },
    arabic: {
      test: { sha256: "f3a91c532fa53e86240665f030a5b0829edd6a2d5d2a66cceb5a2ea34173ab87", bytes: 132894 },
      dev: { sha256: "ab223e7104c5e9a477887a82d437be31eafdf4e4dc3bb2cd6cb9006e6816aeb7", bytes: 3041 },
    },
  },
  {
    subject: "high_school_biology",
    size: 310,
    english: {
      test: { sha256: "4ffe58996b33947fae8f374124c20f95560b773cbd3c9cafea0a3e90bcf4140b", bytes: 102472 },
      dev: { sha256: "18b65297f30fb31daddde1f69f07aabdbd9013830436888f9c9b410ac2153aa1", bytes: 1586 },
    },
    arabic: {
      test: { sha256: "a38defbc956ccdad7d89218842896e38c77d351ef8e6e9926bc4bf2c845ad997", bytes: 144180 },
      dev: { sha256: "84779a277b06b884b27b3a57f151dead2d7313e2de9f91ffacd1edf83e4b92ba", bytes: 2465 },
    },
  },
];
