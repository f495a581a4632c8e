import type { Context } from "./demand";

/** A key of KMS. */
export interface KeyFacts {
  readonly arn: string;
  readonly policy: object;
}

/** A grant on a key. */
export interface GrantFacts {
  /** ARN of a role, or a service. */
  readonly grantee: string;

  /** As KMS calls them, e.g. `Decrypt`. */
  readonly operations: readonly string[];
}

/** A role of IAM. */
export interface RoleFacts {
  readonly arn: string;

  /** ARN of its permissions boundary. */
  readonly boundary?: string | undefined;
}

/** An account and a Region of it. */
export interface Where {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** What is there, which a request names only. Each is undefined, or empty, where it is not there. */
export interface Facts {
  /** Condition keys of something of EC2's, by its id: its tags, its VPC. */
  ofEc2(where: Where, id: string): Promise<Context>;

  /** The account that has something of EC2's, by its id: another than asks, where it is shared. */
  ownerOf(where: Where, id: string): string;

  /** Ids of what EC2 asks about beside something that a request names: an accepter's VPC, a mirror rule's filter. */
  beside(where: Where, id: string): Promise<readonly string[]>;

  /** The policy by which something is shared with other accounts, by its ARN; undefined where it is not. */
  sharedBy(arn: string): object | undefined;

  /** Condition keys of a share of Resource Access Manager, by its ARN. */
  ofShare(arn: string): Context;

  /** Id or ARN of the key that a volume or a snapshot is encrypted with. */
  keyOfDisk(where: Where, id: string): Promise<string | undefined>;

  /** A key by its id, its ARN or its alias. */
  key(where: Where, named: string): Promise<KeyFacts | undefined>;

  /** The grants on a key. @param arn of the key */
  grants(arn: string): Promise<readonly GrantFacts[]>;

  role(where: Where, name: string): Promise<RoleFacts | undefined>;

  /** ARN of an instance profile, and names of its roles. */
  profile(
    where: Where,
    name: string,
  ): Promise<{ readonly arn: string; readonly roles: readonly string[] } | undefined>;

  /** ARN of the key that a bucket encrypts with. */
  keyOfBucket(where: Where, bucket: string): Promise<string | undefined>;

  /** Who started a session of Session Manager, `AROA…:<name>`, by the session's id. */
  starter(session: string): string | undefined;

  /** Condition keys of a parameter of Systems Manager, by its name: its tags. */
  ofParameter(where: Where, name: string): Promise<Context>;
}
