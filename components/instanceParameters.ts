import { exactly, INSTANCE_ID } from "./aws/ids";
import { TICKET } from "./case";

/** What every runbook about one instance of a ticket is told. */
export const INSTANCE_PARAMETERS = {
  Instance: {
    type: "String",
    description: "The instance",
    allowedPattern: exactly(INSTANCE_ID).source,
  },
  Ticket: {
    type: "String",
    description: "The incident's ticket",
    allowedPattern: exactly(TICKET).source,
  },
  Notification: {
    type: "String",
    description: "Whom to tell, as in the tag notification",
    allowedPattern: "^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}$",
  },
};
