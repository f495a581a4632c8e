import * as aws from "@pulumi/aws";

import type { Check } from "../components/refusal";
import { RESPONDER_ROLE_NAME } from "../components/names";
import { OWNER_TAG, type Tags } from "../components/tags";
import type { AuditSettings, MemberSettings } from "../settings/parseSettings";
import { foreignSentence } from "./nameConflicts";
import { ifThere } from "./ifThere";
import { readManagedPolicy } from "./managedPolicy";
import { ownerTag, type OwningStack } from "./ownership";

/** What a stack has under a name that no other has, by the stack's kind. */
const LANDMARKS = {
  audit: {
    type: "aws:iam/policy:Policy",
    logicalName: "case-boundary",
    nameIn: (region: string) => `clean-room-case-boundary-${region}`,
    read: readManagedPolicy,
  },
  member: {
    type: "aws:iam/role:Role",
    logicalName: "roles-responder",
    nameIn: () => RESPONDER_ROLE_NAME,
    read: (_: OwningStack, name: string) => aws.iam.getRole({ name }),
  },
} as const;

/**
 * Keeps a stack of which the state has nothing, and AWS nothing with its tag, from being made a second time beside one that
 * an earlier version made: what has no name, as a VPC or a key, would be there twice before AWS refuses what has one.
 *
 * @returns the reason, where it is there.
 * @throws Refusal where AWS does not tell.
 */
export async function checkNoEarlier(
  of: OwningStack,
  { kind }: Pick<AuditSettings | MemberSettings, "kind">,
): Promise<Check> {
  const { type, logicalName, nameIn, read } = LANDMARKS[kind];
  const name = nameIn(of.region);
  const found = await ifThere<{ readonly tags: Tags }>(read(of, name), name);
  const isEarlier =
    found !== undefined && found.tags[OWNER_TAG] !== ownerTag(of, type, logicalName);
  return [
    `Something of the stack ${of.stack} is there, and its state has nothing`,
    isEarlier
      ? [
          `Where its state was lost, bring that back first: docs/interrupted.md, "A state that is gone". Without it everything that has no name, such as keys and VPCs, is made a second time.`,
          foreignSentence(of, type, logicalName, { name }),
        ]
      : [],
  ];
}
