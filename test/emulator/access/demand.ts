/** Values of condition keys. */
export type Context = Readonly<Record<string, string | string[]>>;

/** One thing that IAM decides about a request. Most requests ask for one, some for several. */
export interface Demand {
  /** As IAM knows it, e.g. `ec2:RunInstances`. */
  readonly action: string;

  /** ARN, whose last part is `new` for what is only being made; `*` where the action knows no resource. */
  readonly resource: string;

  /** What the request says beside it, and what the resource is. */
  readonly context: Context;

  /** Policy of a key that is only being made, or of something that another account shares. */
  readonly policy?: object;
}

/** A request of which nobody has said what it asks IAM for. */
export class Unmapped extends Error {
  public override readonly name = "Unmapped";
}
