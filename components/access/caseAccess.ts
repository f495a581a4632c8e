import type { VaultPlace } from "../policies/vaultUpload";

/** What the policies of a case's roles are made from. */
export interface CaseAccess extends VaultPlace {
  readonly ticket: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;
}
