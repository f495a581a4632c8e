import type { Policy } from "@pulumi/policy";

import type { Violation } from "../../rehearsal/deployment";

/** What a policy has against a stack of a kind. */
export interface Finding extends Violation {
  /** The file of the program that declares this kind of stack. */
  readonly file: string;
}

/**
 * Findings in the form that code hosts take.
 *
 * Source: SARIF 2.1.0, an OASIS standard.
 *
 * @param version Version of the policy pack.
 */
export function sarif(
  policies: readonly Pick<Policy, "name" | "description" | "displayName" | "remediationSteps">[],
  findings: readonly Finding[],
  version: string,
): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "clean-room-policies",
            version,
            rules: policies.map(({ name, description, displayName, remediationSteps }) => ({
              id: name,
              shortDescription: { text: displayName ?? name },
              fullDescription: { text: description },
              ...(remediationSteps === undefined ? {} : { help: { text: remediationSteps } }),
            })),
          },
        },
        results: findings.map(({ policy, urn, message, mandatory, file }) => ({
          ruleId: policy,
          level: mandatory ? "error" : "warning",
          message: { text: message },
          locations: [
            {
              physicalLocation: { artifactLocation: { uri: file } },
              ...(urn === undefined
                ? {}
                : { logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }] }),
            },
          ],
        })),
      },
    ],
  };
}
