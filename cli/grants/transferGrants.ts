import {
  type GrantListEntry,
  type KMSClient,
  NotFoundException,
  RevokeGrantCommand,
} from "@aws-sdk/client-kms";

import { parseArn } from "../../components/aws/arn";
import { refuseAct, refuseLookUp } from "../awsRefusals";
import { Case, readGrantName } from "../../components/case";
import { findGrants, isOfARoleThatIsGone } from "../../components/evidence/grants/renewedGrants";

/** The room whose grants are looked at. */
export interface GrantedRoom {
  readonly ticket: string;

  /** Whether its configuration says that it is being closed, and the vault that this is recorded. */
  readonly closing: boolean;

  /** Whether the engine has nothing of it any more: then nothing but this command takes its own grants away. */
  readonly gone: boolean;

  /** Roles that the vault's records name as those that the room granted the key to, ARNs. */
  readonly recorded: readonly string[];

  /** The member accounts, 12 digits each. */
  readonly members: readonly string[];

  /** ARN of the transfer key. */
  readonly keyArn: string;
}

/** What becomes of one grant when the room is closed. */
export interface Decision {
  readonly grant: GrantListEntry;

  /** Whether the room's own `pulumi up` made it; the closing one removes it. */
  readonly byThisRoom: boolean;

  /** Whether it goes with the room. */
  readonly revoke: boolean;

  /** Whether it is this room's, and no record says so. */
  readonly unrecorded: boolean;

  /** Why it goes or stays. */
  readonly reason: string;
}

/**
 * Decides which grants on the transfer key go with a room: those named for its ticket, and those that
 * were issued by its member accounts, unless a grant of another ticket names the account: that shows an
 * open room that needs it. Any other grant is not this room's to revoke.
 */
export function decide(grants: readonly GrantListEntry[], room: GrantedRoom): readonly Decision[] {
  const audit = parseArn(room.keyArn).account;
  // Rooms name their grants; what a member would name after one is not taken for a room's.
  const nameOf = (grant: GrantListEntry) =>
    [undefined, audit].includes(issuerOf(grant)) ? grant.Name : undefined;
  const others = grants.flatMap((grant) => {
    const name = nameOf(grant);
    const named = readGrantName(name);
    return named === undefined || new Case(room.ticket).named(name) ? [] : [named];
  });

  return grants.map((grant) => {
    const name = nameOf(grant);
    const other = { byThisRoom: false, unrecorded: false };
    const keep = (reason: string) => ({ grant, ...other, revoke: false, reason });
    if (new Case(room.ticket).named(name)) {
      const reason = isOfARoleThatIsGone(grant)
        ? `made by the room of ${room.ticket} for a role that is gone; pulumi up grants the one of its name again`
        : `made by the room of ${room.ticket}`;
      const unrecorded =
        !isOfARoleThatIsGone(grant) && !room.recorded.includes(grant.GranteePrincipal ?? "");
      return {
        grant,
        byThisRoom: true,
        revoke: true,
        unrecorded,
        reason: unrecorded ? `${reason}, and no record names it` : reason,
      };
    }
    const named = readGrantName(name);
    if (named !== undefined) {
      return keep(`made by the room of ${named.ticket}`);
    }
    const issuer = issuerOf(grant);
    if (issuer === undefined) {
      return keep("nobody is named who issued it");
    }
    if (issuer === audit) {
      return keep("issued by the Audit account, whatever room it is for");
    }
    if (!room.members.includes(issuer)) {
      return keep(`${issuer} is no member account of ${room.ticket}`);
    }
    const needed = others.filter(({ account }) => account === issuer).map(({ ticket }) => ticket);
    if (needed.length > 0) {
      return keep(`${issuer} is needed by the room of ${[...new Set(needed)].sort().join(", ")}`);
    }
    const reason = `${issuer} is a member account of ${room.ticket}`;
    return { grant, ...other, revoke: true, reason };
  });
}

/** The account that issued a grant, 12 digits; AWS gives its root user's ARN. */
export function issuerOf({ IssuingAccount }: GrantListEntry): string | undefined {
  return /(?:^|:)(\d{12})(?::|$)/.exec(IssuingAccount ?? "")?.[1];
}

/** The grants on a transfer key, as a room that is being closed sees them. */
export class TransferGrants {
  public constructor(
    private readonly client: Pick<KMSClient, "send">,
    public readonly room: GrantedRoom,
  ) {}

  /** What becomes of every grant there is on the key. */
  public async decisions(): Promise<readonly Decision[]> {
    const { keyArn } = this.room;
    const grants = await findGrants(this.client, keyArn).catch(
      refuseLookUp(`The grants on the transfer key ${keyArn}`),
    );
    return decide(grants, this.room);
  }

  /** Revokes a grant; one that is gone already is revoked. */
  public async revoke({ GrantId }: GrantListEntry): Promise<void> {
    try {
      await this.client.send(new RevokeGrantCommand({ KeyId: this.room.keyArn, GrantId }));
    } catch (error) {
      if (!(error instanceof NotFoundException)) {
        refuseAct(`The grant ${GrantId} was not revoked`)(error);
      }
    }
  }
}
