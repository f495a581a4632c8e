import type { Policies } from "@pulumi/policy";

import { foundationProtected } from "./policies/foundationProtected";
import { nestedTags } from "./policies/nestedTags";
import { noForceDestroy } from "./policies/noForceDestroy";
import { noInternetPath } from "./policies/noInternetPath";
import { noOpenRules } from "./policies/noOpenRules";
import { requiredTags } from "./policies/requiredTags";
import { sameTicket } from "./policies/sameTicket";
import { vaultLocked } from "./policies/vaultLocked";
import { volumesEncrypted } from "./policies/volumesEncrypted";
import { neverSilent } from "./unknownValues";

/** The policies of the pack, none of which passes a preview by tripping over an unknown value. */
export const policies: Policies = [
  requiredTags,
  nestedTags,
  sameTicket,
  noForceDestroy,
  foundationProtected,
  noInternetPath,
  noOpenRules,
  volumesEncrypted,
  vaultLocked,
].map(neverSilent);
