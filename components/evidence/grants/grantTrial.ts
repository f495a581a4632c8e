import { CreateGrantCommand, type GrantOperation, type KMSClient } from "@aws-sdk/client-kms";

import { COPYING_OPERATIONS } from "../keys/copyingGrants";

/** What KMS says of a grant before it is made; with its words where it is not possible. */
export interface TriedGrant {
  readonly is: "possible" | "for nobody" | "unknown";

  /** KMS's words. */
  readonly error?: unknown;
}

/**
 * Tries a grant that a room is going to make, without making it. Whether KMS looks at the grantee then is
 * not documented; where it does not, a grant for nobody counts as possible.
 *
 * Source: KMS API reference, CreateGrant: `DryRun`, DryRunOperationException ("would have succeeded"), and
 * InvalidArnException, which is its answer where no such role is.
 *
 * @param name The grant's name: asked for again, a grant with a name is the one that is there.
 * @param grantee ARN of the role that is granted the key.
 */
export async function tryGrant(
  client: Pick<KMSClient, "send">,
  KeyId: string,
  name: string,
  grantee: string,
): Promise<TriedGrant> {
  try {
    await client.send(
      new CreateGrantCommand({
        KeyId,
        Name: name,
        GranteePrincipal: grantee,
        Operations: COPYING_OPERATIONS as GrantOperation[],
        DryRun: true,
      }),
    );
    return { is: "possible" };
  } catch (error) {
    switch ((error as Error).name) {
      case "DryRunOperationException":
        return { is: "possible" };
      case "InvalidArnException":
        return { is: "for nobody", error };
      default:
        return { is: "unknown", error };
    }
  }
}
