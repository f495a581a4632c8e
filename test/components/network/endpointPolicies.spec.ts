import assert from "node:assert/strict";

import { endpointDomains } from "../../../components/network/endpointPolicies";

describe("The names a room may look up", () => {
  it("follow the Region's partition", () => {
    assert.deepEqual(endpointDomains("cn-north-1", ["kms"]), [
      "kms.cn-north-1.amazonaws.com.cn",
      "s3.cn-north-1.amazonaws.com.cn",
      "*.s3.cn-north-1.amazonaws.com.cn",
    ]);
  });
});
