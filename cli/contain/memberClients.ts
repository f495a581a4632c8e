import type { SSMClient } from "@aws-sdk/client-ssm";

import { containmentStartRoleArn } from "../../components/containment/containmentNames";
import { credentialsAs } from "../../stacks/awsCredentials";
import type { ClientConfig } from "../../stacks/incidentState";
import type { FoundationHere } from "../room/foundationHere";

/** A member account in one Region. */
export interface MemberPlace {
  readonly accountId: string;
  readonly region: string;
}

/** Makes a client of Systems Manager in a member account, by credentials of its role. */
export type SsmIn = (place: MemberPlace, config: ClientConfig) => Pick<SSMClient, "send">;

/** Clients of Systems Manager in member accounts, as the role that starts runbooks there: each assumes it once. */
export class MemberClients {
  private readonly clients = new Map<string, Pick<SSMClient, "send">>();

  public constructor(
    private readonly here: FoundationHere,
    private readonly ssmIn: SsmIn,
  ) {}

  /** The client of one place. */
  public in(place: MemberPlace): Pick<SSMClient, "send"> {
    const { region, accountId } = place;
    const key = `${accountId}/${region}`;
    const known = this.clients.get(key);
    if (known !== undefined) {
      return known;
    }
    const { awsValues, foundation } = this.here;
    const credentials = credentialsAs(containmentStartRoleArn(region, accountId), {
      ...awsValues,
      // The Audit account need not have the Region of the machine.
      "aws:region": foundation.region,
    });
    const client = this.ssmIn(place, { region, credentials });
    this.clients.set(key, client);
    return client;
  }
}
