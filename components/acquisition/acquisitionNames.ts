import { INSTANCE_PARAMETERS } from "../instanceParameters";
import { ACQUIRED } from "./acquisitionDocument";

/** Name of the runbook that has one machine acquired; an account has one of it in a Region. */
export const ACQUISITION_RUNBOOK = "clean-room-acquire-one";

/** Name of the Audit account's runbook that has it started in member accounts; one in each Region. */
export const CENTRAL_ACQUISITION_RUNBOOK = "clean-room-acquire-many";

/**
 * What both are told: Systems Manager refuses whatever has another form before a step runs. There is no signature among
 * it: a parameter of Automation has at most 512 characters, a value of `TargetMaps` at most 50 (API reference), and what
 * waits for its turn would have been signed too early.
 */
export const ACQUISITION_RUNBOOK_PARAMETERS = {
  ...INSTANCE_PARAMETERS,
  Acquire: {
    type: "String",
    description: "The memory, the volatile state, or both",
    allowedValues: [...ACQUIRED],
    default: ACQUIRED[0],
  },
};
