import assert from "node:assert/strict";

import { pathOf, presign } from "../../../cli/acquire/presigned";

/** The example of S3's API reference, "Authenticating Requests: Using Query Parameters". */
const EXAMPLE = {
  method: "GET",
  host: "examplebucket.s3.amazonaws.com",
  key: "test.txt",
  region: "us-east-1",
  credentials: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  },
  at: new Date("2013-05-24T00:00:00Z"),
  seconds: 86400,
} as const;

describe("A presigned request", () => {
  it("is signed as S3's own example is", () => {
    assert.deepEqual(presign(EXAMPLE), {
      access:
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host",
      signature: "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    });
  });

  it("signs its object, its method and the headers that have to come with it", () => {
    const signatures = [
      presign(EXAMPLE),
      presign({ ...EXAMPLE, key: "test2.txt" }),
      presign({ ...EXAMPLE, method: "PUT" }),
      presign({ ...EXAMPLE, method: "PUT", headers: { "if-none-match": "*" } }),
      presign({ ...EXAMPLE, seconds: 60 }),
    ].map(({ signature }) => signature);
    assert.equal(new Set(signatures).size, signatures.length);
    const { access } = presign({ ...EXAMPLE, headers: { "if-none-match": "*" } });
    assert.match(access, /X-Amz-SignedHeaders=host%3Bif-none-match$/);
  });

  it("has no character of a key in its path that a shell or a URL knows", () => {
    assert.equal(pathOf("carry/a v(1)'*!.bin"), "carry/a%20v%281%29%27%2A%21.bin");
  });
});
