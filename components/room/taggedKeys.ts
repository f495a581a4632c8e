import {
  GetResourcesCommand,
  type ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";

import { Case } from "../case";
import { TICKET_TAG } from "../tags";

/**
 * ARNs of the keys that carry a ticket, whatever state they are in. Tags outlive a stack's state.
 *
 * @throws what AWS answers where it does not tell.
 */
export async function findTaggedKeys(
  client: Pick<ResourceGroupsTaggingAPIClient, "send">,
  ticket: string,
): Promise<string[]> {
  const arns: string[] = [];
  let PaginationToken: string | undefined;
  do {
    const page = await client.send(
      new GetResourcesCommand({
        ResourceTypeFilters: ["kms:key"],
        TagFilters: [{ Key: TICKET_TAG, Values: [new Case(ticket).tag] }],
        PaginationToken,
      }),
    );
    arns.push(
      ...(page.ResourceTagMappingList ?? []).flatMap(({ ResourceARN }) => ResourceARN ?? []),
    );
    PaginationToken = page.PaginationToken || undefined;
  } while (PaginationToken !== undefined);
  return arns.sort();
}
