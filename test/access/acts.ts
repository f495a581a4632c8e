import { ACQUISITION } from "./acts/acquisition";
import { AUDIT } from "./acts/audit";
import { CAPTURES_OF_ROOMS } from "./acts/captures";
import { CONTAINMENT } from "./acts/containment";
import { DIRECT_READING } from "./acts/directReading";
import { KEYS } from "./acts/keys";
import { LINKS } from "./acts/links";
import { MEMBER_ACCOUNT } from "./acts/memberAccount";
import { PREVIEWS } from "./acts/previews";
import { ROOM } from "./acts/room";
import { ROOMS } from "./acts/rooms";
import { SIGNING } from "./acts/signing";
import { SNAPSHOTS } from "./acts/snapshots";
import { VAULT_ITSELF } from "./acts/vault";
import { VAULT_OBJECTS } from "./acts/vaultObjects";
import type { Act } from "./acts/requests";

/** Everything the table asks for. The case is `TICKET`'s, the other one `OTHER_TICKET`'s. */
export const ACTS: Readonly<Record<string, Act>> = {
  ...VAULT_OBJECTS,
  ...VAULT_ITSELF,
  ...KEYS,
  ...SNAPSHOTS,
  ...DIRECT_READING,
  ...SIGNING,
  ...ROOM,
  ...MEMBER_ACCOUNT,
  ...LINKS,
  ...CAPTURES_OF_ROOMS,
  ...CONTAINMENT,
  ...ACQUISITION,
  ...ROOMS,
  ...AUDIT,
  ...PREVIEWS,
};
