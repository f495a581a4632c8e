import { parseArn } from "./aws/arn";

/** Characters of the longest ticket: it becomes a part of names that AWS has limits for. */
const LONGEST = 32;

/** The form of a ticket, as the source of a pattern: it becomes a tag, a stack's name and a prefix of S3. */
export const TICKET = `[A-Za-z0-9]([A-Za-z0-9-]{0,${LONGEST - 2}}[A-Za-z0-9])?`;

/** The same for people. */
export const TICKET_FORM = `1 to ${LONGEST} letters, digits and hyphens, no hyphen first or last`;

/** What a room's first workstation is called among several. */
export const FIRST_WORKSTATION = "main";

/** The folders at the top of the vault. */
export const VAULT_FOLDERS = {
  /** What a case's investigators and its workstation put. */
  results: "cases",

  /** What member accounts upload. */
  uploads: "intake",

  /** Custody records. */
  records: "records",

  /** Signatures of those. */
  signatures: "signatures",

  /** Reports of cases, as they were told. */
  reports: "reports",
} as const;

/** Matches the folders of records and of reports, and no other: the policy that needs both has no room for two names. */
export const RECORDS_AND_REPORTS = "re*";

/**
 * A case: how its ticket is spelled wherever AWS or Pulumi keep it. Nothing else spells it, and a name that
 * is spelled otherwise from now on is another name: open rooms and records have these.
 */
export class Case {
  public constructor(
    /** The incident's ticket; a pattern in its place makes the pattern of every name. */
    public readonly ticket: string,
  ) {}

  /** Name of its stack. */
  public get stack(): string {
    return this.ticket.toLowerCase();
  }

  /** Value of the tag that marks whatever belongs to it. */
  public get tag(): string {
    return `quarantine:${this.ticket}`;
  }

  /** Where the vault has what was found. */
  public get results(): string {
    return `${VAULT_FOLDERS.results}/${this.ticket}/`;
  }

  /** Where in the vault its workstations put what they took of the disks. */
  public get diskHashes(): string {
    return `${this.results}intake/`;
  }

  /** Key of the object in which a workstation writes the hash of a working volume. */
  public diskHash(instanceId: string, volumeId: string): string {
    return `${this.diskHashes}${instanceId}/${volumeId}.json`;
  }

  /** Where in the vault a member account uploads to. */
  public uploads(account: string): string {
    return `${VAULT_FOLDERS.uploads}/${account}/${this.ticket}/`;
  }

  /** Where the vault has its custody records. */
  public get records(): string {
    return `${VAULT_FOLDERS.records}/${this.ticket}/`;
  }

  /** Key of a custody record, by the SHA-256 of its text. */
  public record(digest: string): string {
    return `${this.records}${digest}.json`;
  }

  /** Where the vault has its reports. */
  public get reports(): string {
    return `${VAULT_FOLDERS.reports}/${this.ticket}/`;
  }

  /** Where the vault has the signatures of its custody records. */
  public get signatures(): string {
    return `${VAULT_FOLDERS.signatures}/${this.ticket}/`;
  }

  /** Key of the hash of a preserved copy, read block by block by EBS's direct APIs on a workstation. */
  public directHash(instanceId: string, snapshotId: string): string {
    return `${this.diskHashes}${instanceId}/${snapshotId}.direct.json`;
  }

  /** Key of the signature of a custody record, by the record's key. */
  public signatureOf(record: string): string {
    return record
      .replace(`${VAULT_FOLDERS.records}/`, `${VAULT_FOLDERS.signatures}/`)
      .replace(/\.json$/, ".sig");
  }

  /** Alias of its incident key: the one name of the key that is known beforehand. */
  public get keyAlias(): string {
    return `alias/clean-room/${this.stack}`;
  }

  /** What the incident key says that it is for: nothing else finds a key that was made a moment ago. */
  public get keyDescription(): string {
    return `Clean room ${this.ticket}: working volumes`;
  }

  /** Name of its workstation. */
  public get workstation(): string {
    return `clean-room-${this.ticket}`;
  }

  /** Tag `Name` of one of its workstations: of the first it is {@link workstation}. */
  public workstationNamed(name: string): string {
    return name === FIRST_WORKSTATION ? this.workstation : `${this.workstation}-${name}`;
  }

  /** What the workstation with this tag `Name` is called: one that somebody took the tag from is the first. */
  public calledByTag(nameTag: string | undefined): string {
    const prefix = `${this.workstation}-`;
    return nameTag?.startsWith(prefix) === true ? nameTag.slice(prefix.length) : FIRST_WORKSTATION;
  }

  /** Name of its workstation's role, and of the instance profile that it is taken by. */
  public get workstationRole(): string {
    return `workstation-${this.ticket}`;
  }

  /** Name of the role that its investigators work with. */
  public get investigatorRole(): string {
    return `investigator-${this.ticket}`;
  }

  /** Name of the role that a member account uploads into the vault with. */
  public uploadRole(account: string): string {
    return `intake-${this.ticket}-${account}`;
  }

  /**
   * Name of the grant by which its room lets a role use a key. With a name a repeated request is the same
   * grant.
   *
   * @param role ARN of the role.
   */
  public grantName(role: string): string {
    const { account, resource } = parseArn(role);
    return inGrants(`clean-room/${this.ticket}/${account}/${resource}`);
  }

  /** Whether a grant has the name of one of its room. */
  public named(grantName: string | undefined): boolean {
    return readGrantName(grantName)?.ticket === inGrants(this.ticket);
  }
}

/** For whom a grant was made by a room, as its name says. */
export interface NamedFor {
  /** The ticket, with characters that a grant's name cannot have replaced. */
  readonly ticket: string;

  /** The role's account, 12 digits; on the transfer key a member account. */
  readonly account: string;
}

/** Reads a grant's name; undefined where no room gave it. */
export function readGrantName(name: string | undefined): NamedFor | undefined {
  const [, ticket, account] = /^clean-room\/([^/]+)\/(\d{12})\/./.exec(name ?? "") ?? [];
  return ticket === undefined || account === undefined ? undefined : { ticket, account };
}

/** KMS takes these characters only. */
function inGrants(name: string): string {
  return name.replace(/[^a-zA-Z0-9:/_-]/g, "_");
}

/** Stands for every case, where a policy's condition takes a pattern. */
export const EVERY_CASE = new Case("*");
