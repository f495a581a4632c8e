import { z } from "zod";

import { acquisition } from "./acquisitionRecord";
import { closing } from "./closingRecord";
import { attachment, evidenceRecord, withdrawal } from "./evidenceRecords";
import { destruction, opening, reopening, roomRecord } from "./roomRecords";

/** A custody record: facts as plain data, written once and never changed. */
export const CUSTODY_RECORD = z
  .discriminatedUnion("event", [
    opening,
    roomRecord,
    evidenceRecord,
    attachment,
    withdrawal,
    closing,
    reopening,
    destruction,
    acquisition,
  ])
  .meta({
    title: "Custody record of a clean room",
    description: "Facts of an incident's room, in the vault below records/<ticket>/.",
  });

/** A custody record, checked. */
export type CustodyRecord = z.output<typeof CUSTODY_RECORD>;
