import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";
import { credentialOf } from "./callsMade";

/** What Image Builder's creates answer with: the name of the ARN's field, by the end of the path. */
const ARN_FIELDS: Readonly<Record<string, string>> = {
  CreateComponent: "componentBuildVersionArn",
  CreateDistributionConfiguration: "distributionConfigurationArn",
  CreateImagePipeline: "imagePipelineArn",
  CreateImageRecipe: "imageRecipeArn",
  CreateInfrastructureConfiguration: "infrastructureConfigurationArn",
  CreateLifecyclePolicy: "lifecyclePolicyArn",
};

/**
 * Answers a create of Image Builder that is sent again with the same client token as it answers the first one:
 * where an answer is lost on its way, the SDK asks again, and the emulator would say that the thing is there already.
 *
 * Source: EC2 Image Builder API reference, CreateComponent, clientToken.
 */
export class ClientTokens implements Correction {
  private readonly seen = new Set<string>();

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const field = ARN_FIELDS[request.url.slice(1)];
    if (field === undefined || credentialOf(request.headers).service !== "imagebuilder") {
      return pass(request);
    }
    const { clientToken } = JSON.parse(request.body.toString("utf8")) as { clientToken: string };
    const isAgain = this.seen.has(clientToken);
    this.seen.add(clientToken);
    const answer = await pass(request);
    const made = /The resource '(arn:[^']+)' already exists/.exec(
      answer.body.toString("utf8"),
    )?.[1];
    return isAgain && made !== undefined
      ? {
          status: 200,
          headers: { "content-type": "application/json" },
          body: Buffer.from(JSON.stringify({ requestId: "again", clientToken, [field]: made })),
        }
      : answer;
  }
}
