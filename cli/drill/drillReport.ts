import { table } from "../../docs/markdown";
import { printable } from "../printable";
import { duration } from "../room/progress";
import { type Drill, type DrillStep, STEPS } from "./drillForm";

/** The report of a drill for people, in Markdown; the same as its JSON says. */
export function drillReport(drill: Drill): string {
  const { ticket, steps, program, vault, moments, left } = drill;
  const size = drill.disks.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
  const facts = [
    ["begun", drill.begunAt],
    ["ended", drill.endedAt ?? "not yet"],
    ["program", `${program.version}, policy pack ${program.policyPackVersion}`],
    ["Audit account", `${drill.auditAccount}, ${drill.region}`],
    ["deployed by", drill.deployer],
    ["member account", drill.memberAccount],
    ["handed over by", drill.responder],
    ["instance", `${drill.instance}, ${drill.disks.length} disks, ${size} GiB`],
    ["vault", `${vault.mode}, ${vault.days} days${vault.trial ? ", on trial" : ""}`],
  ];
  const taken = Object.entries(STEPS).map(([name, title]) => {
    const { state, tries, begunAt, seconds } = steps[name as DrillStep];
    return [
      title,
      state,
      begunAt ?? "-",
      seconds === undefined ? "-" : duration(seconds * 1000),
      String(tries),
    ];
  });
  const unwell = Object.entries(STEPS).flatMap(([name, title]) => {
    const { state, said } = steps[name as DrillStep];
    return said === undefined || state === "done" ? [] : [`- ${title}: ${oneLine(said)}`];
  });
  return [
    `# Drill ${ticket}: ${drill.verdict ?? "not over"}`,
    table(["what", ""], facts),
    "## Steps",
    "By the clock of the machine that the command ran on. What took several runs counts from the first, with what lay between.",
    table(["step", "verdict", "begun", "took", "runs"], taken),
    ...(unwell.length === 0 ? [] : ["## What did not go well", unwell.join("\n")]),
    "## When, as AWS says",
    moments.length === 0
      ? "AWS was not asked, or had nothing to tell."
      : table(
          ["when", "what", "by"],
          moments.map(({ at, what, by }) => [at, what, by]),
        ),
    "## What is left",
    left.length === 0 ? "AWS was not asked." : left.map((each) => `- ${each}`).join("\n"),
    "",
  ].join("\n\n");
}

function oneLine(text: string): string {
  return printable(text.replace(/\s*\n\s*/g, " "));
}
