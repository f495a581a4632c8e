import type { Policies } from "@pulumi/policy";

import { foundationProtected } from "./policies/foundationProtected";
import { hardenedBuilds } from "./policies/hardenedBuilds";
import { imdsV2 } from "./policies/imdsV2";
import { listedTypes } from "./policies/listedTypes";
import { nestedTags } from "./policies/nestedTags";
import { noForceDestroy } from "./policies/noForceDestroy";
import { noInternetPath } from "./policies/noInternetPath";
import { noOpenPolicies } from "./policies/noOpenPolicies";
import { noOpenRules } from "./policies/noOpenRules";
import { privateImages } from "./policies/privateImages";
import { requiredTags } from "./policies/requiredTags";
import { safeGrants } from "./policies/safeGrants";
import { sameTicket } from "./policies/sameTicket";
import { securityContact } from "./policies/securityContact";
import { vaultLocked } from "./policies/vaultLocked";
import { volumesEncrypted } from "./policies/volumesEncrypted";
import { neverSilent } from "./unknownValues";

/** The policies of the pack, none of which passes a preview by tripping over an unknown value. */
export const policies: Policies = [
  listedTypes,
  requiredTags,
  nestedTags,
  sameTicket,
  noForceDestroy,
  foundationProtected,
  noInternetPath,
  noOpenRules,
  imdsV2,
  volumesEncrypted,
  vaultLocked,
  privateImages,
  hardenedBuilds,
  safeGrants,
  noOpenPolicies,
  securityContact,
].map(neverSilent);
