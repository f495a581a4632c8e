import assert from "node:assert/strict";

import { securityContact } from "../../../policy-pack/policies/securityContact";
import { judge, UNKNOWN_TEXT } from "../../support/policies";

const contact = (props: Record<string, unknown> = {}) => ({
  type: "aws:account/alternativeContact:AlternativeContact",
  props: {
    alternateContactType: "SECURITY",
    name: "Security operations",
    title: "CSIRT",
    emailAddress: "csirt@example.edu",
    phoneNumber: "+1 (555) 010-0199",
    ...props,
  },
});
const PHONE = "a phone number (digits, blanks, +, -, parentheses; 25 characters at most)";

describe("security-contact", () => {
  it("accepts one that can be reached", async () => {
    assert.deepEqual(await judge(securityContact, contact()), []);
    const other = contact({ name: "Żaneta", phoneNumber: "112", emailAddress: "a.b+c@x-y.ac.uk" });
    assert.deepEqual(await judge(securityContact, other), []);
  });

  const cases: [string, unknown, string][] = [
    ["phoneNumber", undefined, `phoneNumber is not set; required: ${PHONE}.`],
    ["phoneNumber", "", `phoneNumber is empty; required: ${PHONE}.`],
    ["phoneNumber", "-", `phoneNumber is -; required: ${PHONE}.`],
    ["phoneNumber", "to be decided", `phoneNumber is to be decided; required: ${PHONE}.`],
    [
      "phoneNumber",
      "+1 (555) 010-0199 (555) 01",
      `phoneNumber is +1 (555) 010-0199 (555) 01; required: ${PHONE}.`,
    ],
    ["phoneNumber", UNKNOWN_TEXT, `phoneNumber is not known in the preview; required: ${PHONE}.`],
    ["emailAddress", undefined, "emailAddress is not set; required: an e-mail address."],
    ["emailAddress", "csirt", "emailAddress is csirt; required: an e-mail address."],
    ["emailAddress", "csirt@", "emailAddress is csirt@; required: an e-mail address."],
    [
      "emailAddress",
      "a@example.edu b@example.edu",
      "emailAddress is a@example.edu b@example.edu; required: an e-mail address.",
    ],
    ["name", "", "name is empty; required: who is called."],
    ["title", " ", "title is  ; required: their office."],
  ];
  for (const [field, value, violation] of cases) {
    it(`refuses ${field} ${JSON.stringify(value)}`, async () => {
      assert.deepEqual(await judge(securityContact, contact({ [field]: value })), [violation]);
    });
  }

  it("asks a contact whose kind the preview does not know, and none for other matters", async () => {
    const unknown = contact({ alternateContactType: UNKNOWN_TEXT, phoneNumber: "" });
    assert.equal(((await judge(securityContact, unknown)) as string[]).length, 1);
    const billing = contact({ alternateContactType: "BILLING", phoneNumber: "" });
    assert.deepEqual(await judge(securityContact, billing), {
      notApplicable: "the contact is for other matters",
    });
    assert.deepEqual(await judge(securityContact, { type: "aws:kms/key:Key" }), {
      notApplicable: "the type is no contact",
    });
  });
});
