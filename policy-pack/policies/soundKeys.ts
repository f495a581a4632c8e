import { isUnset } from "../fieldRequirements";
import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { shown, UNKNOWN } from "../unknownValues";

/** Types of keys. */
const KEY_TYPES = [
  "aws:kms/externalKey:ExternalKey",
  "aws:kms/key:Key",
  "aws:kms/replicaExternalKey:ReplicaExternalKey",
  "aws:kms/replicaKey:ReplicaKey",
];

const KEY = "aws:kms/key:Key";

/** A room's key ends with its room; what outlives rooms has AWS's longest window. */
const WINDOW: Readonly<Record<string, number>> = { foundation: 30, member: 30 };

/** Kept keys are kept as AWS can keep them, and no key is in two Regions. */
export const soundKeys = ofResource(
  {
    name: "sound-keys",
    displayName: "Keys rotate, stay in their Region and are hard to lose",
    description:
      "Checks that keys rotate, are enabled, are of one Region, have a policy, are in KMS's own store, do not skip the check against locking everybody out, and outside of rooms wait 30 days for their deletion.",
    severity: "critical",
    tags: ["keys", "evidence"],
    remediationSteps:
      "Set enableKeyRotation: true, deletionWindowInDays: 30 and a policy; remove multiRegion, isEnabled and bypassPolicyLockoutSafetyCheck.",
  },
  (key) => (KEY_TYPES.includes(key.type) ? mistakesOf(key) : []),
);

function mistakesOf(key: Subject): string[] {
  const mistake = (field: string, required: string, mend: string) =>
    `${field} is ${shown(key.at(field))}; required: ${required}.\n${mend}`;
  const window = WINDOW[key.kind ?? ""];
  const days = key.at("deletionWindowInDays") ?? 30;
  const spec = key.at("customerMasterKeySpec");
  return [
    ...(key.type !== KEY || key.at("enableKeyRotation") === true
      ? []
      : [
          mistake(
            "enableKeyRotation",
            "true",
            "Set it: AWS keeps what earlier material encrypted readable.",
          ),
        ]),
    ...(window === undefined || days === window
      ? []
      : [
          mistake(
            "deletionWindowInDays",
            `${window}, AWS's longest`,
            "What a key encrypted is lost with it.",
          ),
        ]),
    ...((key.at("multiRegion") ?? false) === false && !key.type.includes("eplica")
      ? []
      : [
          key.type.includes("eplica")
            ? `type is ${key.type}; required: keys of one Region.\nRemove the replica.`
            : mistake(
                "multiRegion",
                "not set, or false",
                "A replica decrypts the same in another Region.",
              ),
        ]),
    ...(key.at("policy") === undefined
      ? [
          mistake(
            "policy",
            "a policy",
            "Without one every administrator of the account has the key.",
          ),
        ]
      : []),
    ...((key.at("bypassPolicyLockoutSafetyCheck") ?? false) === false
      ? []
      : [
          mistake(
            "bypassPolicyLockoutSafetyCheck",
            "not set, or false",
            "Nobody may be able to mend the policy afterwards.",
          ),
        ]),
    ...((key.at("isEnabled") ?? key.at("enabled") ?? true) === true
      ? []
      : [mistake("isEnabled", "not set, or true", "Nothing under the key can be read.")]),
    ...["customKeyStoreId", "xksKeyId"]
      .filter((field) => !isUnset(key.at(field)))
      .map((field) =>
        mistake(field, "not set", `Remove ${field}: whoever runs the key store decides who reads.`),
      ),
    ...(spec === undefined || spec === UNKNOWN || spec === "SYMMETRIC_DEFAULT"
      ? []
      : [
          mistake("customerMasterKeySpec", "not set: EBS and S3 take symmetric keys", "Remove it."),
        ]),
  ];
}
