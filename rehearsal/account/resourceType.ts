import type { Account, Entry, Properties } from "./account";
import type { MemberAccounts } from "./memberAccounts";

/** A resource that is to be made or changed. */
export interface Request {
  readonly account: Account;
  readonly type: string;

  /** All values are known by now. */
  readonly inputs: Properties;

  /** What it was before; absent when it is being made. */
  readonly before?: Entry;

  /** The accounts beside it. */
  readonly others?: MemberAccounts | undefined;
}

/** A resource that has its id and ARN by now. */
export interface Made extends Request {
  readonly id: string;
  readonly arn: string | undefined;
}

/**
 * One line of the table of resource types. In its texts `{region}`, `{account}`, `{id}` and `{<property>}` are filled
 * in, `{uuid}` and `{hex<digits>}` made up, and `{digest}` is a number that follows from all that is asked for.
 */
export interface ResourceType {
  /** Its physical id, in the shape AWS gives it. */
  readonly id: string;

  /** What follows `arn:aws:`; `{id}` alone where the id is the ARN. */
  readonly arn?: string;

  /** What an import names it by, where that is not its id. */
  readonly importedBy?: string;

  /** Property that gets a name made from the logical name where the program sets none. */
  readonly named?: string;

  /** Properties that name other resources, with `!` where AWS keeps the other from being deleted. */
  readonly refers?: string;

  /** AWS's code when the id is taken; without one the new resource takes its place. */
  readonly taken?: string;

  /** AWS's code when another resource holds it. @default DependencyViolation */
  readonly held?: string;

  /** Properties that AWS fills in. */
  readonly fills?: Properties;

  /** Nested properties of which AWS fills in what the program leaves out. */
  readonly keeps?: readonly string[];

  /** Its state once it is made. @default available */
  readonly state?: string;

  /** What makes another resource beside what the provider of the emulator says: newer ones have these properties. */
  readonly replacedBy?: readonly string[];
}

/** What AWS does with resources of a type that no line of the table can say. */
export interface Behaviour {
  /** Another id than the table's, where there is one. */
  readonly id?: (request: Request) => string | undefined;

  /** Properties whose change makes another resource for reasons `replacedBy` cannot describe. */
  readonly alsoReplacedBy?: (before: Properties, after: Properties) => readonly string[];

  /** What else AWS checks before it makes or changes one than the tables of refusals say; throws an `AwsError`. */
  readonly check?: (request: Request) => void;

  /** Properties that AWS works out. */
  readonly outputs?: (made: Made) => Properties;

  /** What else changes in the account when one is made. */
  readonly effects?: (made: Made) => void;

  /** What stays of one whose place another takes, made anew under its id or changed in place. */
  readonly succeeds?: (account: Account, entry: Entry, before: Entry) => void;

  /** What AWS makes along with it. */
  readonly companions?: (made: Made, properties: Properties) => Entry[];

  /** Until when Object Lock protects it, ISO 8601. */
  readonly lockedUntil?: (made: Made) => string | undefined;

  /** What goes, or changes, with one that is deleted. */
  readonly goesWith?: (account: Account, entry: Entry) => void;

  /** How it is deleted; removed from the account unless told otherwise. */
  readonly remove?: (account: Account, entry: Entry) => void;
}
