/** What a metric's number is, so that every place computes and shows it in the same way. */
export interface MetricDefinition {
  readonly title: string;
  /** `share`: each item counts 1 or 0. `mean`: an item counts with any number. */
  readonly kind: "share" | "mean";
  readonly higherIsBetter: boolean;
  /** What an item that could not be evaluated counts. Undefined: it is left out of this metric. */
  readonly failedItem: number | undefined;
  readonly description: string;
}

const share = (title: string, description: string): MetricDefinition => ({
  title,
  kind: "share",
  higherIsBetter: true,
  failedItem: 0,
  description,
});

/** Every metric that a protocol may give, by the name under which it is recorded. */
export const metricDefinitions: Readonly<Record<string, MetricDefinition>> = {
  accuracy: share("Accuracy", "Share of items that are right; invalid and failed ones count as wrong."),
  acc_norm: share("Accuracy, per character", "Prediction by log-likelihood divided by the option's code points."),
  acc_bytes: share("Accuracy, per byte", "Prediction by log-likelihood divided by the option's UTF-8 bytes."),
  acc_mutual_info: share(
    "Accuracy, PMI",
    "Prediction by log-likelihood less that of the option without the question (lm-eval's acc_mutual_info).",
  ),
  acc_unconstrained: share(
    "Unconstrained accuracy",
    "Share of items whose right option is the most probable text of all, token by token (lm-eval's exact_match).",
  ),
  acc_constrained: share("Constrained accuracy", "Prediction by the most probable of the options' labels alone."),
  acc_second_character: share(
    "Accuracy by the second character",
    "MediLoRA's own count: the second character of the answer is the right letter, whether or not it is in brackets.",
  ),
  mc2: {
    title: "MC2",
    kind: "mean",
    higherIsBetter: true,
    failedItem: 0,
    description: "Share of the options' probability that the true ones have.",
  },
  brier: {
    title: "Brier score",
    kind: "mean",
    higherIsBetter: false,
    failedItem: undefined,
    description: "Sum over the options of the squared error of their renormalised probabilities, from 0 to 2.",
  },
  nll: {
    title: "Negative log-likelihood",
    kind: "mean",
    higherIsBetter: false,
    failedItem: undefined,
    description: "−ln of the right option's renormalised probability, in nats.",
  },
};
