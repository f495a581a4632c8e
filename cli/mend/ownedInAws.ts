import {
  GetResourcesCommand,
  type ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";

import { refuseLookUp } from "../awsRefusals";
import { OWNER_TAG } from "../../components/tags";
import { madeBy, type Owned, type OwningStack, type Tagged } from "../../stacks/ownership";

/** What AWS lists of an audit or a member stack, in all its Regions. @throws Refusal where AWS does not tell. */
export async function findOwned(
  of: OwningStack,
  regions: readonly string[],
  clientsIn: (region: string) => {
    readonly tagging: Pick<ResourceGroupsTaggingAPIClient, "send">;
  },
): Promise<readonly Owned[]> {
  const tagged = await Promise.all(
    regions.map((region) => findTagged(clientsIn(region).tagging, region)),
  );
  // Global things are listed in more than one Region.
  return madeBy(of, [...new Map(tagged.flat().map((each) => [each.arn, each])).values()]);
}

async function findTagged(
  tagging: Pick<ResourceGroupsTaggingAPIClient, "send">,
  region: string,
): Promise<Tagged[]> {
  const tagged: Tagged[] = [];
  let PaginationToken: string | undefined;
  do {
    const page = await tagging
      .send(new GetResourcesCommand({ TagFilters: [{ Key: OWNER_TAG }], PaginationToken }))
      .catch(refuseLookUp(`What carries the tag ${OWNER_TAG} in ${region}`));
    for (const { ResourceARN: arn = "", Tags = [] } of page.ResourceTagMappingList ?? []) {
      tagged.push({ arn, owner: Tags.find(({ Key }) => Key === OWNER_TAG)?.Value ?? "" });
    }
    PaginationToken = page.PaginationToken || undefined;
  } while (PaginationToken !== undefined);
  return tagged;
}
