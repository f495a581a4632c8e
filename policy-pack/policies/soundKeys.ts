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

/** The one key that signs, by its kind of stack and its logical name. AWS rotates none such. */
const SIGNING = {
  kind: "foundation",
  name: "keys-signing",
  required: { customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY" },
} as const;

/** What every other key is: none of these, or what AWS takes where nothing is said. */
const ENCRYPTS = { customerMasterKeySpec: "SYMMETRIC_DEFAULT", keyUsage: "ENCRYPT_DECRYPT" };

/** A room's key ends with its room; what outlives rooms has AWS's longest window. */
const WINDOW: Readonly<Record<string, number>> = { foundation: 30, member: 30 };

/** Kept keys are kept as AWS can keep them, and no key is in two Regions. */
export const soundKeys = ofResource(
  {
    name: "sound-keys",
    displayName: "Keys rotate, stay in their Region and are hard to lose",
    description:
      "Checks that keys encrypt and rotate, but for the one that signs records, are enabled, are of one Region, have a policy, are in KMS's own store, do not skip the check against locking everybody out, and outside of rooms wait 30 days for their deletion.",
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
  const signs = key.type === KEY && key.kind === SIGNING.kind && key.name === SIGNING.name;
  return [
    ...(key.type !== KEY || signs || key.at("enableKeyRotation") === true
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
    ...(signs
      ? Object.entries(SIGNING.required)
          .filter(([field, required]) => key.at(field) !== required)
          .map(([field, required]) =>
            mistake(field, required, "Records are verified as signed with such a key: set it."),
          )
      : Object.entries(ENCRYPTS)
          .filter(([field, own]) => ![undefined, UNKNOWN, own].includes(key.at(field) as string))
          .map(([field]) =>
            mistake(
              field,
              "not set: EBS and S3 take keys that encrypt, symmetric ones",
              "Remove it.",
            ),
          )),
    ...(signs && (key.at("enableKeyRotation") ?? false) !== false
      ? [mistake("enableKeyRotation", "not set", "AWS rotates no key that signs: remove it.")]
      : []),
  ];
}
