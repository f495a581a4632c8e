import * as aws from "@pulumi/aws";

import { iamArn, type Place } from "../aws/arn";
import { lookUpFailure } from "../aws/failure";
import { policyDocument } from "../policies/document";
import type { Check } from "../refusal";

/** Whose workflows preview a stack. */
export interface AllowedWorkflows {
  /** `owner/name` of a GitHub repository, as its tokens write it. */
  readonly repository: string;

  /** Names of environments of it. */
  readonly environments: readonly string[];
}

/** Who signs the tokens of GitHub's workflows; a GitHub Enterprise Server has an issuer of its own. */
const ISSUER = "token.actions.githubusercontent.com";

/** Whom tokens are for that AWS's own action asks for, in every partition. */
const AUDIENCE = "sts.amazonaws.com";

/** ARN of an account's OIDC provider for GitHub's tokens: an account has one of an issuer. */
function providerArn(place: Place): string {
  return iamArn(place, `oidc-provider/${ISSUER}`);
}

/**
 * Trust of the role that previews: a token of GitHub's says that the workflow runs in one of these environments of this
 * repository. A pull request of a fork gets no token.
 *
 * Source: GitHub Docs, "OpenID Connect reference", "Configuring OpenID Connect in Amazon Web Services".
 */
export function previewTrust(
  place: Place,
  { repository, environments }: AllowedWorkflows,
): aws.iam.PolicyDocument {
  return policyDocument({
    Sid: "Workflows",
    Effect: "Allow",
    Principal: { Federated: providerArn(place) },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${ISSUER}:aud`]: AUDIENCE,
        [`${ISSUER}:sub`]: environments.map((each) => `repo:${repository}:environment:${each}`),
      },
    },
  });
}

/**
 * Refuses a role for workflows in an account that does not know GitHub's tokens, or not those for AWS: nobody could
 * take it.
 */
export async function checkTokenProvider(place: Place): Promise<Check> {
  const heading = "The role of previews could be taken by nobody";
  const arn = providerArn(place);
  try {
    const { clientIdLists } = await aws.iam.getOpenIdConnectProvider({ arn });
    return [
      heading,
      clientIdLists.includes(AUDIENCE)
        ? []
        : [
            `The OIDC provider ${arn} takes no tokens for ${AUDIENCE}: aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${AUDIENCE}`,
          ],
    ];
  } catch (error) {
    const absent = `Account ${place.accountId} has no OIDC provider for GitHub's tokens. Make it once: aws iam create-open-id-connect-provider --url https://${ISSUER} --client-id-list ${AUDIENCE}; or leave previewRole out.`;
    return [heading, [lookUpFailure(`The OIDC provider ${arn}`, error, absent)]];
  }
}
