import assert from "node:assert/strict";

import { providerTold, providerVersionIn } from "./providerVersion";

describe("The emulator's run", () => {
  it("knows the provider by what it calls itself to AWS", () => {
    assert.equal(
      providerVersionIn(
        "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 (+https://www.terraform.io) terraform-provider-aws/5.100.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.36.3",
      ),
      "5.100.0",
    );
    assert.equal(providerVersionIn("aws-cli/2.27.0 md/awscrt#0.26.1"), undefined);
  });

  for (const [found, sdk, told] of [
    ["5.100.0", "7.48.0", /5\.100\.0, which is not the one that users get: .* 7\.48\.0 get 6\.x/],
    ["6.66.0", "8.0.0", /6\.66\.0, which is not the one that users get: .* 8\.0\.0 get 7\.x/],
    ["6.66.0", "7.48.0", /^The plugin is Terraform's AWS provider 6\.66\.0; users/],
    [undefined, "7.48.0", /it does not say; users of @pulumi\/aws 7\.48\.0 get 6\.x/],
  ] as const) {
    it(`tells of provider ${found} under @pulumi/aws ${sdk} whether users get it`, () => {
      assert.match(providerTold(found, sdk), told);
    });
  }
});
