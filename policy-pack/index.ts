import { PolicyPack } from "@pulumi/policy";

import { policies } from "./policies";

// Constructing the pack starts a server: tests import ./policies, never this file.
new PolicyPack("clean-room-policies", { policies, enforcementLevel: "mandatory" });
