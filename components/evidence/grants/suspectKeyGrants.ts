import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { parseArn } from "../../aws/arn";
import { Case } from "../../case";
import { grantOf } from "./roomGrants";
import { COPYING_OPERATIONS } from "../keys/copyingGrants";

/** A customer managed key of a member account, under which evidence is handed over as it is. */
export interface SuspectKey {
  /** Its ARN. */
  readonly keyArn: string;

  /** ARN of the role of the key's account that makes and revokes grants on it. */
  readonly assumeRole: string;
}

/** Inputs to {@link SuspectKeyGrants}. */
export interface SuspectKeyGrantsArgs {
  readonly ticket: string;
  readonly region: string;

  /** The keys that are granted; none once the room is closing. */
  readonly keys: readonly SuspectKey[];

  /** ARNs of the roles they are granted to. */
  readonly grantees: readonly string[];

  /** By grant, as `grantOf` names it, its name where it is another one than the first. */
  readonly names: ReadonlyMap<string, string>;

  /** Grants, named the same way, that are left out as no role is there for them. */
  readonly forNobody: ReadonlySet<string>;
}

/**
 * Grants on suspects' own keys for those who make the preserved copies, as long as the room is open.
 * Nothing depends on them: an account whose role is gone must not hold up the rest of the room.
 */
export class SuspectKeyGrants extends pulumi.ComponentResource {
  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the grants.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: SuspectKeyGrantsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:evidence:SuspectKeyGrants", name, args, opts);
    for (const roleArn of new Set(args.keys.map(({ assumeRole }) => assumeRole))) {
      const { account, resource: role } = parseArn(roleArn);
      const provider = new aws.Provider(
        `${name}-${account}-${role}`,
        {
          region: args.region,
          allowedAccountIds: [account],
          // An explicit provider does not read the stack's configuration: the role is assumed by
          // whoever that makes the deployer.
          profile: aws.config.profile,
          assumeRoles: [...(aws.config.assumeRoles ?? []), { roleArn }],
        },
        { parent: this },
      );
      for (const { keyArn } of args.keys.filter(({ assumeRole }) => assumeRole === roleArn)) {
        const there = args.grantees.filter((role) => !args.forNobody.has(grantOf(keyArn, role)));
        for (const grantee of there) {
          const called = args.names.get(grantOf(keyArn, grantee));
          new aws.kms.Grant(
            `${name}-${account}-${parseArn(keyArn).resource}-${parseArn(grantee).resource}`,
            {
              name: called ?? new Case(args.ticket).grantName(grantee),
              keyId: keyArn,
              granteePrincipal: grantee,
              operations: COPYING_OPERATIONS,
            },
            {
              parent: this,
              provider,
              // A grant keeps the name it was made with; only another one is a reason to make it anew.
              ...(called === undefined ? { ignoreChanges: ["name"] } : {}),
            },
          );
        }
      }
    }
    this.registerOutputs();
  }
}
