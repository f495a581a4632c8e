/** Environment variable with the path of the simulated account's file. */
export const ACCOUNT_FILE_VARIABLE = "CLEAN_ROOM_SIMULATED_ACCOUNT";

/** Environment variable with the name of the role whose credentials the plugin has. */
export const CALLER_VARIABLE = "CLEAN_ROOM_SIMULATED_CALLER";

/** Environment variable with the version of `@pulumi/aws` that the plugin stands in for. */
export const SDK_VERSION_VARIABLE = "CLEAN_ROOM_AWS_SDK_VERSION";

/** Environment variable with a file that is to have the port of a plugin that is there already. */
export const RESIDENT_PORT_VARIABLE = "CLEAN_ROOM_SIMULATED_ACCOUNT_PORT";
