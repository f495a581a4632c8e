import { readSettings } from "./settings";
import { audit } from "./stacks/audit";
import { incident } from "./stacks/incident";
import { member } from "./stacks/member";

// The version of Node.js is .node-version's; eight lines of AWS's SDK about it stand in the way of what matters.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

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
