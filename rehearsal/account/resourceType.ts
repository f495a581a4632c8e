import type { Account, Entry, Properties } from "./account";
import type { AwsError } from "./awsError";
import type { Reference } from "./references";

/** A resource that is to be made or changed, as its type's row sees it. */
export interface Request {
  readonly account: Account;
  readonly type: string;

  /** All values are known by now. */
  readonly inputs: Properties;

  /** What it was before; absent when it is being made. */
  readonly before?: Entry;
}

/** A resource that has its id and ARN by now. */
export interface Made extends Request {
  readonly id: string;
  readonly arn: string | undefined;
}

/** One row of the table of resource types. */
export interface ResourceType {
  /** Its physical id, in the shape AWS gives it. */
  readonly id: (request: Request) => string;

  /**
   * What follows `arn:aws:`, with `{region}`, `{account}`, `{id}` and `{<property>}` filled in; `{id}`
   * alone where the id is the ARN.
   */
  readonly arn?: string;

  /** What an import names it by, where that is not its id. */
  readonly importedBy?: (properties: Properties) => string;

  /** Whether it carries tags. */
  readonly taggable: boolean;

  /** Property that gets a name made from the logical name where the program sets none. */
  readonly autoname?: string;

  /**
   * Properties of which another value makes another resource, and of which replacedBy.json does not say so: the provider
   * that was asked refused to try one, or only a newer one has it.
   */
  readonly replacedToo?: readonly string[];

  /** Properties whose change makes another resource for reasons that a list cannot describe. */
  readonly alsoReplacedBy?: (before: Properties, after: Properties) => readonly string[];

  /** Properties that name other resources. */
  readonly references?: readonly Reference[];

  /** What AWS says when the id is taken; without an answer the new resource takes its place. */
  readonly taken?: (request: Request, id: string) => AwsError | undefined;

  /** What else AWS checks before it makes or changes one; throws an `AwsError`. */
  readonly check?: (request: Request) => void;

  /** Properties that AWS fills in. */
  readonly outputs?: (made: Made) => Properties;

  /** Nested properties of which AWS fills in what the program leaves out. */
  readonly keeps?: readonly string[];

  /** What else changes in the account when one is made. */
  readonly effects?: (made: Made) => void;

  /** What stays of one whose place another takes, made anew under its id or changed in place. */
  readonly succeeds?: (account: Account, entry: Entry, before: Entry) => void;

  /** What AWS makes along with it. */
  readonly companions?: (made: Made, properties: Properties) => Entry[];

  /** Its state once it is made; `available` unless told otherwise. */
  readonly state?: (made: Made) => string;

  /** Until when Object Lock protects it, ISO 8601. */
  readonly lockedUntil?: (made: Made) => string | undefined;

  /** What AWS says when something holds it; a dependency violation unless told otherwise. */
  readonly held?: (entry: Entry, holder: Entry) => AwsError;

  /** What AWS checks before it deletes one; throws an `AwsError`. */
  readonly checkDelete?: (account: Account, entry: Entry) => void;

  /** How it is deleted; removed from the account unless told otherwise. */
  readonly remove?: (account: Account, entry: Entry) => void;
}
