import type { Item } from "../../src/core/benchmarks/item.ts";

/** The question that docs/protocols.md shows every prompt with. */
export function documentedItem(benchmark: string): Item {
  return {
    id: "1",
    benchmark,
    split: "test",
    question: "Lack of which vitamin causes scurvy?",
    context: [],
    options: ["Vitamin A", "Vitamin B12", "Vitamin C", "Vitamin D"].map((text, index) => ({
      label: "ABCD"[index]!,
      text,
    })),
    answers: [2],
    subject: "Nutrition",
    language: "en",
    sourceRow: 0,
  };
}

/** Example with which prompts with shots are shown. */
export function documentedShot(benchmark: string): Item {
  const texts = ["Insulin", "Glucagon", "Cortisol", "Renin"];
  return {
    ...documentedItem(benchmark),
    id: "2",
    split: "train",
    question: "Which hormone lowers blood glucose?",
    options: texts.map((text, index) => ({ label: "ABCD"[index]!, text })),
    answers: [0],
  };
}
