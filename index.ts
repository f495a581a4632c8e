import { readSettings } from "./settings/parseSettings";
import { audit } from "./stacks/audit";
import { incident } from "./stacks/incident";
import { member } from "./stacks/member";

/** Declares the stack that is being deployed; Pulumi calls it and takes what it returns as outputs. */
async function program(): Promise<object> {
  const settings = readSettings();
  switch (settings.kind) {
    case "audit":
      return audit(settings);
    case "incident":
      return incident(settings);
    case "member":
      return member(settings);
  }
}

export = program;
