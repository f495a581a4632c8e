import { isInSuspectsAccount } from "../link";
import { type Mistake, ofStack } from "../policyForms";
import type { StackGraph } from "../stackGraph";
import type { Subject } from "../subject";
import { shown, UNKNOWN } from "../unknownValues";

/** A grant on a suspect's key is made in the account that owns the key; so are parts of a room's link. */
const ELSEWHERE = ["aws:kms/grant:Grant"];

/** Stacks of member accounts have isolation groups in several Regions of one account. */
const MANY_REGIONS = "member";

/** What is made of evidence stays where the case is. */
export const onePlace = ofStack(
  {
    name: "one-place",
    displayName: "A stack is in one account and one Region",
    description:
      "Checks that all resources of a stack, but grants on keys of other accounts and the suspect's side of a room's link, are made by providers of one account and one Region, and name no other Region themselves, but in stacks of member accounts.",
    severity: "high",
    tags: ["place", "evidence"],
    remediationSteps: "Use the stack's own provider, and remove region from the resource.",
  },
  mistakesOf,
);

function mistakesOf(graph: StackGraph): Mistake[] {
  const all = graph.subjects.filter(
    ({ type, provider }) =>
      type.startsWith("aws:") && !ELSEWHERE.includes(type) && provider !== undefined,
  );
  const made = all.filter(
    (subject) => subject.kind !== "incident" || !isInSuspectsAccount(subject),
  );
  const home = placeOf(
    made.find(({ provider }) => provider?.name.startsWith("default")) ?? made[0],
  );
  return made.flatMap((subject) => {
    const place = placeOf(subject);
    const region = subject.kind === MANY_REGIONS ? undefined : subject.at("region");
    const sentences = [
      ...(home !== undefined && place !== home
        ? [
            `provider ${subject.provider?.name} is of ${place}; required: ${home}, where the stack is.\nUse the stack's own provider.`,
          ]
        : []),
      ...(typeof region === "string" && !`${place}`.endsWith(` ${region}`)
        ? [`region is ${shown(region)}; required: that of the stack, ${place}.\nRemove region.`]
        : []),
    ];
    return sentences.map((sentence) => ({ subject, sentence }));
  });
}

/** Account and Region of a provider; undefined where it says neither, which another policy refuses. */
function placeOf(subject: Subject | undefined): string | undefined {
  if (subject?.provider === undefined) {
    return undefined;
  }
  const { region } = subject.providerFields;
  const accounts = subject.accounts.join(", ");
  return `account ${accounts || "not told"}, ${region === undefined || region === UNKNOWN ? "Region not told" : shown(region)}`;
}
