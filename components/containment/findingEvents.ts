/**
 * The lowest severity that starts anything. What is below it, AWS calls low: attempts that compromised nothing.
 *
 * Source: GuardDuty user guide, "Severity levels of GuardDuty findings".
 */
const LEAST_SEVERITY = 4;

/** Characters of the longest event pattern (EventBridge's quota). */
export const LONGEST_PATTERN = 2048;

/**
 * Event pattern of GuardDuty's findings of these types about instances of these accounts.
 *
 * Sources: GuardDuty user guide, "Processing GuardDuty findings with Amazon EventBridge" (each finding, and what is added
 * to it later); GuardDuty API reference, Finding; EventBridge user guide, "Comparison operators for use in event patterns".
 *
 * @param types Types of findings; one that ends in `*` is all types that begin so.
 * @param accounts 12 digits each.
 */
export function findingPattern(types: readonly string[], accounts: readonly string[]) {
  return {
    source: ["aws.guardduty"],
    "detail-type": ["GuardDuty Finding"],
    detail: {
      type: types.map((type) => (type.endsWith("*") ? { prefix: type.slice(0, -1) } : type)),
      severity: [{ numeric: [">=", LEAST_SEVERITY] }],
      accountId: [...accounts].sort(),
      resource: {
        resourceType: ["Instance"],
        instanceDetails: { instanceId: [{ prefix: "i-" }] },
      },
      // Whoever has archived one has said that it is nothing.
      service: { archived: [false] },
    },
  };
}

/**
 * How a finding becomes the runbook's parameters, each of which is a list: where the instance is, and the finding's id.
 * EventBridge escapes nothing of what it puts in, so nothing is taken that somebody outside of AWS has chosen; and the
 * runbook refuses whatever has another form.
 */
export const FINDING_TO_PARAMETERS = {
  inputPaths: {
    account: "$.detail.accountId",
    finding: "$.detail.id",
    instance: "$.detail.resource.instanceDetails.instanceId",
    region: "$.detail.region",
  },
  inputTemplate:
    '{"Account":[<account>],"Finding":[<finding>],"Instance":[<instance>],"Region":[<region>]}',
} as const;
