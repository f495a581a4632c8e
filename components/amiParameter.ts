/** Where forensics images are published. Image Builder may write below /imagebuilder/ only. */
export const AMI_PARAMETER = "/imagebuilder/clean-room/ami";
