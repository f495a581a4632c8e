import type { Policies } from "@pulumi/policy";

import { guarded } from "./guarded";
import { accountSwitches } from "./policies/accountSwitches";
import { alarmsOn } from "./policies/alarmsOn";
import { boundedRoles } from "./policies/boundedRoles";
import { carefulHandling } from "./policies/carefulHandling";
import { caseRoles } from "./policies/caseRoles";
import { closedBuckets } from "./policies/closedBuckets";
import { closedDefaultGroups } from "./policies/closedDefaultGroups";
import { closedEndpoints } from "./policies/closedEndpoints";
import { dnsFirewallClosed } from "./policies/dnsFirewallClosed";
import { foundationProtected } from "./policies/foundationProtected";
import { hardenedBuilds } from "./policies/hardenedBuilds";
import { hardenedMachines } from "./policies/hardenedMachines";
import { imdsV2 } from "./policies/imdsV2";
import { keptLogs } from "./policies/keptLogs";
import { keysApart } from "./policies/keysApart";
import { knownDocuments } from "./policies/knownDocuments";
import { listedTypes } from "./policies/listedTypes";
import { narrowAcls } from "./policies/narrowAcls";
import { narrowRules } from "./policies/narrowRules";
import { nestedTags } from "./policies/nestedTags";
import { noAdministrators } from "./policies/noAdministrators";
import { noForceDestroy } from "./policies/noForceDestroy";
import { noInternetPath } from "./policies/noInternetPath";
import { noOpenPolicies } from "./policies/noOpenPolicies";
import { noOpenRules } from "./policies/noOpenRules";
import { noSecrets } from "./policies/noSecrets";
import { noStrangers } from "./policies/noStrangers";
import { nothingHidden } from "./policies/nothingHidden";
import { onePlace } from "./policies/onePlace";
import { oneWay } from "./policies/oneWay";
import { onlyTheLink } from "./policies/onlyTheLink";
import { ownKeys } from "./policies/ownKeys";
import { ownParts } from "./policies/ownParts";
import { pinnedImages } from "./policies/pinnedImages";
import { pinnedProviders } from "./policies/pinnedProviders";
import { privateImages } from "./policies/privateImages";
import { protectedEvidence } from "./policies/protectedEvidence";
import { recordedSessions } from "./policies/recordedSessions";
import { requiredTags } from "./policies/requiredTags";
import { safeGrants } from "./policies/safeGrants";
import { sameTicket } from "./policies/sameTicket";
import { securityContact } from "./policies/securityContact";
import { soundKeys } from "./policies/soundKeys";
import { trailOn } from "./policies/trailOn";
import { vaultLocked } from "./policies/vaultLocked";
import { volumesEncrypted } from "./policies/volumesEncrypted";
import { watchedVpcs } from "./policies/watchedVpcs";

/** The policies of the pack, none of which passes by tripping over what it did not expect. */
export const policies: Policies = [
  listedTypes,
  pinnedProviders,
  onePlace,
  noStrangers,
  accountSwitches,
  requiredTags,
  nestedTags,
  sameTicket,
  noForceDestroy,
  foundationProtected,
  protectedEvidence,
  nothingHidden,
  carefulHandling,
  ownParts,
  noInternetPath,
  onlyTheLink,
  oneWay,
  noOpenRules,
  narrowRules,
  narrowAcls,
  closedDefaultGroups,
  closedEndpoints,
  dnsFirewallClosed,
  watchedVpcs,
  imdsV2,
  hardenedMachines,
  recordedSessions,
  soundKeys,
  ownKeys,
  keysApart,
  volumesEncrypted,
  closedBuckets,
  vaultLocked,
  privateImages,
  hardenedBuilds,
  pinnedImages,
  safeGrants,
  caseRoles,
  boundedRoles,
  noAdministrators,
  noOpenPolicies,
  knownDocuments,
  noSecrets,
  keptLogs,
  trailOn,
  alarmsOn,
  securityContact,
].map(guarded);
