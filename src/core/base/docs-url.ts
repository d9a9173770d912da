/** The documentation, for texts that are read where no clone is; append `page.md#heading`. */
export const docsUrl = "https://github.com/sesam-harden/sesam-harden/blob/main/docs/";
