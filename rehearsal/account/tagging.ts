import {
  GetResourcesCommand,
  type ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";

import type { AccountStore } from "./accountStore";
import { dataSources } from "./dataSources";

/**
 * The Resource Groups Tagging API of the simulated account, for who asks it without Pulumi.
 *
 * @param region Where it is asked. @default the account's own Region
 */
export function taggingOf(
  store: AccountStore,
  region?: string,
): Pick<ResourceGroupsTaggingAPIClient, "send"> {
  const send = async (command: unknown): Promise<object> => {
    await Promise.resolve();
    if (!(command instanceof GetResourcesCommand)) {
      throw new Error("the simulated tagging API tells what carries tags, and nothing else");
    }
    const { ResourceTypeFilters, TagFilters = [] } = command.input;
    const getResources = dataSources["aws:resourcegroupstaggingapi/getResources:getResources"];
    const { resourceTagMappingLists = [] } = (getResources?.(
      store.read(),
      {
        region,
        resourceTypeFilters: ResourceTypeFilters,
        tagFilters: TagFilters.map(({ Key, Values }) => ({ key: Key, values: Values })),
      },
      () => store.read(),
      "",
    ) ?? {}) as {
      resourceTagMappingLists?: { resourceArn: string; tags: Readonly<Record<string, string>> }[];
    };
    return {
      ResourceTagMappingList: resourceTagMappingLists.map(({ resourceArn, tags }) => ({
        ResourceARN: resourceArn,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      })),
    };
  };
  return { send: send as ResourceGroupsTaggingAPIClient["send"] };
}
