import type { ResourceValidationPolicy } from "@pulumi/policy";

import { reading, shown, UNKNOWN } from "../unknownValues";

/** The type of an account's contacts. */
const CONTACT_TYPE = "aws:account/alternativeContact:AlternativeContact";

/** What AWS takes, and somebody can be reached by. */
const FIELDS: Readonly<Record<string, { readonly pattern: RegExp; readonly required: string }>> = {
  name: { pattern: /\p{L}/u, required: "who is called" },
  title: { pattern: /\p{L}/u, required: "their office" },
  emailAddress: {
    pattern: /^[\w+=.#|!&-]+@[\w-]+(\.[\w-]+)*\.\w+$/,
    required: "an e-mail address",
  },
  phoneNumber: {
    pattern: /^(?=(\D*\d){3})[\d\s()+-]{1,25}$/,
    required: "a phone number (digits, blanks, +, -, parentheses; 25 characters at most)",
  },
};

/** AWS tells this contact of abuse and of leaked credentials, at hours when nobody reads mail. */
export const securityContact: ResourceValidationPolicy = {
  name: "security-contact",
  displayName: "An account's security contact can be reached",
  description:
    "Checks that a contact for security has a name, a title, an e-mail address and a phone number.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["contacts"],
  remediationSteps: "Set name, title, emailAddress and phoneNumber of the security team.",
  validateResource: (args, reportViolation) => {
    if (args.type !== CONTACT_TYPE) {
      args.notApplicable("the type is no contact");
    }
    // A contact whose kind the preview does not know may be the one for security.
    const kind = reading(() => args.props["alternateContactType"] as unknown);
    if (kind !== "SECURITY" && kind !== UNKNOWN) {
      args.notApplicable("the contact is for other matters");
    }
    for (const [field, { pattern, required }] of Object.entries(FIELDS)) {
      const value = reading(() => args.props[field] as unknown);
      if (typeof value !== "string" || !pattern.test(value)) {
        reportViolation(`${field} is ${shown(value) || "empty"}; required: ${required}.`);
      }
    }
  },
};
