import { privacyCategories, type Finding } from "./finding.ts";

/** The text with a mark such as `[DATE]` in place of each finding; everything else stays as it is. */
export function redact(text: string, findings: readonly Finding[]): string {
  let redacted = "";
  let end = 0;
  for (const finding of findings) {
    redacted += text.slice(end, finding.start) + privacyCategories[finding.category];
    end = finding.end;
  }
  return redacted + text.slice(end);
}

/** How many findings there are of each category that has any. */
export function countFindings(findings: readonly Finding[]): Partial<Record<Finding["category"], number>> {
  const counts: Partial<Record<Finding["category"], number>> = {};
  for (const { category } of findings) counts[category] = (counts[category] ?? 0) + 1;
  return counts;
}
