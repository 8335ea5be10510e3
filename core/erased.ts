/** What stands in the store where the text of an erased customer was. */
export const ERASED_TEXT = '[erased]';
