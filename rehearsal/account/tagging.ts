import {
  GetResourcesCommand,
  type ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";

import type { AccountStore } from "./accountStore";
import { dataSources } from "./dataSources";

/** The Resource Groups Tagging API of the simulated account, for who asks it without Pulumi. */
export function taggingOf(store: AccountStore): Pick<ResourceGroupsTaggingAPIClient, "send"> {
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
        resourceTypeFilters: ResourceTypeFilters,
        tagFilters: TagFilters.map(({ Key, Values }) => ({ key: Key, values: Values })),
      },
      () => store.read(),
      "",
    ) ?? {}) as { resourceTagMappingLists?: { resourceArn: string }[] };
    return {
      ResourceTagMappingList: resourceTagMappingLists.map(({ resourceArn }) => ({
        ResourceARN: resourceArn,
      })),
    };
  };
  return { send: send as ResourceGroupsTaggingAPIClient["send"] };
}
