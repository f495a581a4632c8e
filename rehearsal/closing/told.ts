import type { Ended } from "../kills/engineProcess";

/** What the engine says of itself, and what every room of the rehearsal is told. */
const NO_REASON =
  /^(error: )?(preview|update) failed$|^warning: (using pulumi-|The vault .* is on trial)|^You must run with the `--run-program` flag/;

/**
 * What a failed command told whoever ran it: the refusal where there is one, otherwise its first error, without what is
 * another one in every run.
 */
export function toldBy({ output }: Ended): string {
  const errors = errorsIn(output).filter((error) => !NO_REASON.test(error));
  const refusal = errors.find((error) => /The room|is not closed|outside of Pulumi/.test(error));
  return steady(refusal ?? [...errors].sort()[0] ?? "nothing");
}

/** The errors at the end of what a command printed, each with the lines that belong to it. */
function errorsIn(output: string): string[] {
  const [, ...ends] = output.split(/^Diagnostics:$/m);
  const lines = (ends.length === 0 ? output : ends.join("\n")).split("\n");
  const errors: string[] = [];
  let open = false;
  for (const line of lines) {
    const said = /^(?: {4})?error: (.*)$/.exec(line)?.[1];
    if (said !== undefined) {
      errors.push(said);
      open = true;
    } else if (line.trim() === "" || /^\S|^ {4}warning: |^ {2}\S.*:$/.test(line)) {
      open = false;
    } else if (open) {
      errors.push(`${errors.pop()} ${line.trim()}`);
    }
  }
  return errors;
}

/** A sentence with names for what has another id in every run. */
export function steady(sentence: string): string {
  return sentence
    .replace(
      /arn:aws:kms:\S*?:key\/[0-9a-f-]{36}|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/g,
      "<key>",
    )
    .replace(/urn:pulumi:\S*::([\w./-]+)/g, "$1")
    .replace(/arn:aws:ec2:\S*?(?=(?:snap|vol|i)-0)/g, "")
    .replace(/\b(snap|vol|i|ami|sg|sgr)-0[0-9a-f]{16}\b/g, "<$1>")
    .replace(/\bvault-bucket-[0-9a-f]{7}\b/g, "<vault>")
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replace(/\b[0-9a-f]{64}\b/g, "<hash>")
    .replaceAll("|", "\\|");
}
