import type { ListedGrant } from "../../components/evidence/grants/renewedGrants";
import type { JsonAnswers } from "../../rehearsal/account/awsEndpoint";
import { AwsError } from "../../rehearsal/account/awsError";
import type { AskedGrant } from "../../rehearsal/account/kms";

/** KMS for a test: which grants there are on keys, and what it says of one that is tried. */
export class GrantedKeys {
  /** What was tried: keys and grantees. */
  public readonly tried: (readonly [keyArn: string, grantee: string])[] = [];

  public readonly answers: JsonAnswers = {
    ListGrants: ({ KeyId }: { KeyId: string }) => {
      this.refuse(KeyId);
      return { Grants: this.grants[KeyId] ?? [] };
    },
    CreateGrant: ({ KeyId, GranteePrincipal, DryRun }: AskedGrant) => {
      if (DryRun !== true) {
        throw new AwsError("AccessDeniedException", "Without DryRun nobody asks for a grant here.");
      }
      this.tried.push([KeyId, GranteePrincipal]);
      this.refuse(GranteePrincipal);
      this.refuse(`${KeyId} ${GranteePrincipal}`);
      throw new AwsError("DryRunOperationException", "The request would have succeeded.");
    },
    ListKeys: () => ({ Keys: [] }),
  };

  /**
   * @param grants By key. @default none
   * @param refused What KMS answers who lists a key's grants, or tries one for a role, by ARN: its words,
   *   after a colon.
   */
  public constructor(
    private readonly grants: Readonly<Record<string, readonly ListedGrant[]>> = {},
    private readonly refused: Readonly<Record<string, string>> = {},
  ) {}

  private refuse(what: string): void {
    const [code = "", sentence = ""] = this.refused[what]?.split(": ", 2) ?? [];
    if (code !== "") {
      throw new AwsError(code, sentence);
    }
  }
}
