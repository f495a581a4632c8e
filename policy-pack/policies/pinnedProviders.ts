import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { isFields, shown, UNKNOWN } from "../unknownValues";

/** The type that this policy looks at. */
const PROVIDER_TYPE = "pulumi:providers:aws";

/** Credentials in a program are in its state, too, and belong to nobody. */
const CREDENTIALS = ["accessKey", "secretKey", "token"];

/** Fields that blind the provider or lead it elsewhere, and what they have to be. */
const MISLEADING: Readonly<Record<string, string>> = {
  endpoints: "not set: what is asked elsewhere is not AWS",
  ignoreTags: "not set: what is ignored is not kept",
  insecure: "not set, or false",
  skipRequestingAccountId: "not set, or false: the account is not compared otherwise",
};

/** A provider that may be anywhere makes evidence in another jurisdiction, or in another customer's account. */
export const pinnedProviders = ofResource(
  {
    name: "pinned-providers",
    displayName: "A provider is of one account and one Region",
    description:
      "Checks that every AWS provider names its Region and the one account it may work in, has no credentials of the program's, ignores no tags and does not skip asking which account it is.",
    severity: "high",
    tags: ["place", "access"],
    remediationSteps:
      "Set aws:region and aws:allowedAccountIds, one account; take credentials from the environment.",
  },
  (provider) => (provider.type === PROVIDER_TYPE ? mistakesOf(provider) : []),
);

function mistakesOf(provider: Subject): string[] {
  const region = provider.at("region");
  const allowed = provider.at("allowedAccountIds") === UNKNOWN ? [""] : provider.ownProvider();
  return [
    ...(region === UNKNOWN || (typeof region === "string" && region !== "")
      ? []
      : [`region is ${shown(region)}; required: the stack's Region.\nSet aws:region.`]),
    ...(allowed.length === 1
      ? []
      : [
          `allowedAccountIds is ${shown(allowed.length === 0 ? undefined : allowed)}; required: the one account of the stack.\nSet aws:allowedAccountIds.`,
        ]),
    ...CREDENTIALS.filter((field) => isSet(provider.at(field))).map(
      (field) =>
        `${field} is set; required: no credentials in a program, whose state keeps them.\nTake them from the environment or from a profile.`,
    ),
    ...Object.entries(MISLEADING).flatMap(([field, required]) =>
      isSet(provider.at(field))
        ? [`${field} is ${shown(provider.at(field))}; required: ${required}.\nRemove it.`]
        : [],
    ),
  ];
}

/** The engine writes a provider's booleans and objects as text. */
function isSet(value: unknown): boolean {
  return isFields(value)
    ? Object.keys(value).length > 0
    : !["", "false", "{}", "[]", undefined, null, false].includes(value as string);
}
